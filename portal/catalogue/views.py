"""The products, to read and to keep."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import sqlalchemy as sa
from flask import Blueprint, Response, request, url_for
from flask_babel import gettext as _
from sqlalchemy.exc import IntegrityError

from portal.catalogue import actions, labels
from portal.catalogue.forms import FindForm, ProductForm
from portal.catalogue.kinds import Family
from portal.catalogue.models import Product
from portal.catalogue.tables import grade_of, viscosity_index
from portal.kit import htmx
from portal.kit.clock import now
from portal.kit.db import db, new_uuid, uuid_or_new
from portal.kit.errors import NotValid
from portal.kit.forms import id_of
from portal.people.models import me
from portal.people.permits import HELD_BY, Permit, allow

bp = Blueprint("catalogue", __name__)

PAGE = 30  # rows


@bp.get("/products")
@allow(Permit.CATALOGUE_READ)
def index() -> Response:
    """Family by family, a page at a time by key; what is typed in the search narrows it."""
    form = FindForm(request.args)
    rows = list(db.session.scalars(_after(_found(form)).order_by(*Product.in_order()).limit(PAGE + 1)))
    more = _further(rows[PAGE - 1]) if len(rows) > PAGE else None
    return htmx.page(
        "catalogue/index.html", products=rows[:PAGE], more=more, form=form, labels=labels, writes=_writes()
    )


@bp.get("/products/<int:id>")
@allow(Permit.CATALOGUE_READ, of=Product)
def show(product: Product) -> Response:
    return htmx.page("catalogue/show.html", **_showing(product))


@bp.get("/products/new")
@allow(Permit.CATALOGUE_WRITE)
def new() -> Response:
    return _page(ProductForm(), new_uuid())


@bp.post("/products/new")
@allow(Permit.CATALOGUE_WRITE)
def add() -> Response:
    form, uuid = ProductForm(request.form), uuid_or_new(request.form.get("uuid"))
    if (before := _added(uuid)) is not None:
        return htmx.go(url_for("catalogue.show", id=before))
    if not form.ok:
        return _page(form, uuid, 422)
    try:
        id = actions.add(form.values, uuid=uuid, by=me(), at=now()).id
        db.session.commit()
    except (NotValid, IntegrityError):  # taken a moment ago, also by the other of two equal posts
        db.session.rollback()
        if (before := _added(uuid)) is not None:
            return htmx.go(url_for("catalogue.show", id=before))
        form.refuse("code", actions.taken(form.values["code"]))
        return _page(form, uuid, 422)
    return htmx.go(url_for("catalogue.show", id=id))


@bp.get("/products/<int:id>/edit")
@allow(Permit.CATALOGUE_WRITE, of=Product)
def edit(product: Product) -> Response:
    written = {name: getattr(product, actions.COLUMNS.get(name, name)) for name in ProductForm()._fields}
    vi = None if product.vi is None else Decimal(product.vi)
    return _page(ProductForm(**{**written, "vi": vi}), product.uuid, product=product)


@bp.post("/products/<int:id>/edit")
@allow(Permit.CATALOGUE_WRITE, of=Product)
def correct(product: Product) -> Response:
    form, address = ProductForm(request.form), url_for("catalogue.show", id=product.id)
    if not form.ok:
        return _page(form, product.uuid, 422, product=product)
    if request.form.get("version") != str(product.version):
        say = _("Somebody else changed this product a moment ago. Open it again and look before you go on.")
        return _page(form, product.uuid, 409, product=product, say=say)
    try:
        with db.session.no_autoflush:
            actions.correct(product, form.values, by=me(), at=now())
        db.session.commit()
    except (NotValid, IntegrityError):
        db.session.rollback()
        form.refuse("code", actions.taken(form.values["code"]))
        return _page(form, product.uuid, 422, product=product)
    return htmx.go(address)


@bp.post("/products/<int:id>/retired")
@allow(Permit.CATALOGUE_WRITE, of=Product)
def retire(product: Product) -> Response:
    return _done(product, actions.retire)


@bp.post("/products/<int:id>/on-sale")
@allow(Permit.CATALOGUE_WRITE, of=Product)
def bring_back(product: Product) -> Response:
    return _done(product, actions.bring_back)


def _done(product: Product, verb: Any) -> Response:
    address = url_for("catalogue.show", id=product.id)
    verb(product, by=me(), at=now())
    db.session.commit()
    return htmx.go(address)


def _found(form: FindForm) -> sa.Select[Any]:
    products, form_ok = Product.seen_by(me()), form.ok
    if form_ok and form.q.data:
        products = products.where(Product.says(form.q.data))
    if isinstance(form.family.data, Family):
        products = products.where(Product.family == form.family.data)
    return products if form.retired.data else products.where(Product.retired_at.is_(None))


def _after(products: sa.Select[Any]) -> sa.Select[Any]:
    """Those that come after the product named in the address, if there is one."""
    id = id_of(htmx.asked("after"))
    last = db.session.scalar(Product.seen_by(me()).where(Product.id == id)) if id else None
    if last is None:
        return products
    return products.where(sa.tuple_(*Product.in_order()) > sa.tuple_(*_place(last)))


def _place(product: Product) -> list[sa.BindParameter[Any]]:
    key = (product.family, product.name, product.id)
    return [sa.bindparam(None, value, c.type) for c, value in zip(Product.in_order(), key, strict=True)]


def _further(product: Product) -> str:
    asked = {name: htmx.asked(name) for name in ("q", "family", "retired") if htmx.asked(name)}
    return url_for("catalogue.index", **asked, after=product.id)


def _added(uuid: str) -> int | None:
    return db.session.scalar(sa.select(Product.id).where(Product.uuid == uuid))


def _writes() -> bool:
    return me().is_a(*HELD_BY[Permit.CATALOGUE_WRITE])


def _showing(product: Product) -> dict[str, Any]:
    v40, v100 = product.v40_mm2_s, product.v100_mm2_s
    computed = viscosity_index(v40, v100) if product.vi is None and v40 and v100 else None
    grade = grade_of(product.family, product.grade)
    return {"product": product, "grade": grade, "computed": computed, "labels": labels, "writes": _writes()}


def _page(
    form: ProductForm, uuid: str, status: int = 200, *, product: Product | None = None, say: str = ""
) -> Response:
    context: dict[str, Any] = {"form": form, "uuid": uuid, "product": product, "say": say}
    if htmx.asked_for_fragment():
        return htmx.fragment("catalogue/edit.html", "form", status, **context)
    return htmx.page("catalogue/edit.html", status, **context)
