"""What is read together for one piece of guidance: what the tables say to it, what is known, what was said before."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

import sqlalchemy as sa
from flask_babel import gettext as _

from portal.catalogue.kinds import Family
from portal.catalogue.labels import sourced
from portal.catalogue.models import Product
from portal.customers.models import Compartment, Machine, Site
from portal.guidance import mixing
from portal.guidance.ambient import Band, bands_of, fits, suited
from portal.guidance.forms import GuidanceForm
from portal.guidance.labels import DRAIN_BASIS, MIXING, MIXING_NOTE, note_said
from portal.guidance.mixing import Verdict
from portal.guidance.models import Guidance
from portal.guidance.tables import ShelfLife, shelf_life
from portal.kit.db import db
from portal.kit.i18n import plain_number

MOST_TEXTS = 6
LOOKED_THROUGH = 30  # of the newest, for texts that differ


@dataclass(frozen=True)
class Advice:
    """What the tables say to a compartment, a recommended product and the air around; empty where they say nothing.

    `bands` suit the air; `fits` is whether the recommended `grade` is among them, None where no chart names it.
    """

    bands: Sequence[Band] = ()
    grade: str = ""
    fits: bool | None = None
    verdict: Verdict | None = None
    shelf: ShelfLife | None = None

    def __bool__(self) -> bool:
        return bool(self.bands) or self.fits is not None or self.verdict is not None or self.shelf is not None

    @property
    def grades(self) -> list[tuple[str, str]]:
        """Each line of the charts that suits: its grades, and from where to where in whose words."""
        return [(" · ".join(band.grades), band_said(band)) for band in self.bands]

    @property
    def outside(self) -> list[str]:
        """Where the charts that name the recommended grade would allow it, when they do not allow it here."""
        return [band_said(band) for band in bands_of(self.grade)] if self.fits is False else []

    @property
    def mixing(self) -> tuple[str, str, str] | None:
        """The kind of the note, the verdict, and the sentence with its source."""
        v = self.verdict
        return None if v is None else (MIXING_NOTE[v.mixing], str(MIXING[v.mixing]), note_said(v.note))

    @property
    def keeps(self) -> str:
        if self.shelf is None:
            return ""
        told = _("Keeps %(months)s months in its closed pack, dry and out of the sun.", months=self.shelf.months)
        return f"{told} ({sourced(self.shelf.source, self.shelf.evidence)})"


def band_said(band: Band) -> str:
    """`-9.5 to 50 °C (source, how far it can be trusted)`, with what other prints of the chart say."""
    found = [_air(band.coldest, band.hottest)]
    if band.editions:
        found.append(_("prints of the chart differ: %(values)s °C", values=", ".join(map(plain_number, band.editions))))
    return f"{'; '.join(found)} ({sourced(band.source, band.evidence)})"


def advise(
    compartment: Compartment | None, product: Product | None, old_oil: str, coldest: Decimal | None,
    hottest: Decimal | None,
) -> Advice:  # fmt: skip
    oil = product or (compartment.product if compartment else None)
    engine = oil is not None and oil.family is Family.ENGINE
    if coldest is not None and hottest is not None and hottest < coldest:
        engine = False  # the form says so
    grade = product.grade if product and engine else ""
    return Advice(
        bands=suited(coldest, hottest) if engine else (),
        grade=grade,
        fits=fits(grade, coldest, hottest) if grade else None,
        verdict=verdict_for(compartment, product, old_oil),
        shelf=shelf_life(product.family, product.grade, product.base, product.thickener) if product else None,
    )


def verdict_for(compartment: Compartment | None, product: Product | None, old_oil: str) -> Verdict | None:
    """May `product` meet the oil in the compartment? None where there is no pair to judge.

    When the engineer writes that another oil is in it than our file says, nothing is known about that one.
    """
    if compartment is None or product is None:
        return None
    old = compartment.product
    if old_oil.strip() and old_oil.strip().casefold() != old.name.casefold():
        return mixing.UNKNOWN
    return mixing.SAME if old.id == product.id else mixing.judge(_oil(old), _oil(product))


def _oil(product: Product) -> mixing.Oil:
    return mixing.Oil(product.family, product.base, product.thickener)


def prepare(
    data: Any, compartments: Sequence[Compartment], *, customer_id: int, engineer_id: int, today: date
) -> GuidanceForm:
    """The form for a visit, with what is known filled in while nobody has written in it.

    `data` may name a `compartment`, and with `text_from` the guidance whose text is taken over.
    """
    products = list(db.session.scalars(Product.on_sale()))
    form = GuidanceForm(data).among(compartments).not_before(today)
    compartment = _named(compartments, form.compartment.data)
    form.offering(_nearest_first(products, compartment))
    if form.is_fresh:
        form.fill(**known_of(compartment))
        form.texts = texts_before(customer_id, engineer_id, compartment)
        form.fill(text=next((t.text for t in form.texts if data and t.uuid == data.get("text_from")), None))
    form.advice = advice_of(form, compartment, _named(products, form.product.data))
    return form


def advice_of(form: GuidanceForm, compartment: Compartment | None, product: Product | None) -> Advice:
    """What the tables say to what stands in the form; a box that could not be read is passed over."""
    air = [
        form[name].data if isinstance(form[name].data, Decimal) else None for name in ("ambient_min_c", "ambient_max_c")
    ]
    return advise(compartment, product, form.old_oil.data or "", *air)


def _named(things: Iterable[Any], uuid: str | None) -> Any:
    return next((thing for thing in things if thing.uuid == uuid), None)


def _nearest_first(products: list[Product], compartment: Compartment | None) -> list[Product]:
    """Those of the family of the oil that is in it now come first."""
    family = compartment.product.family if compartment else None
    return sorted(products, key=lambda product: product.family is not family)


def known_of(compartment: Compartment | None) -> dict[str, Any]:
    """What need not be typed: the oil in it, how much goes in, and what its maker asked for last time."""
    if compartment is None:
        return {}
    newest = (
        sa.select(Guidance.maker_requirement)
        .where(Guidance.compartment_id == compartment.id, Guidance.maker_requirement != "")
        .order_by(Guidance.id.desc())
        .limit(1)
    )
    return {
        "old_oil": compartment.product.name,
        "quantity_l": compartment.sump_l,
        "maker_requirement": db.session.scalar(newest),
    }


def texts_before(customer_id: int, engineer_id: int, compartment: Compartment | None) -> list[Any]:
    """The newest texts that differ, as rows of `uuid` and `text`: for such a compartment at this customer's, and by
    this engineer."""
    texts = sa.select(Guidance.id, Guidance.uuid, Guidance.text)
    here = texts.where(Guidance.site_id.in_(sa.select(Site.id).where(Site.customer_id == customer_id)))
    if compartment is not None:
        here = here.join(Guidance.compartment).where(Compartment.kind == compartment.kind)
    own = texts.where(Guidance.given_by_id == engineer_id)
    newest = [part.order_by(Guidance.id.desc()).limit(LOOKED_THROUGH).subquery() for part in (here, own)]
    both = sa.union(*(sa.select(part) for part in newest)).subquery()
    rows = db.session.execute(sa.select(both).order_by(both.c.id.desc())).all()
    differ = {row.text: row for row in reversed(rows)}  # of equal ones the newest stays
    return sorted(differ.values(), key=lambda row: -row.id)[:MOST_TEXTS]


def said(guidance: Guidance) -> list[tuple[str, str]]:
    """The facts beside topics, text, drain interval and day to look again, with their labels; empty ones left out."""
    product = guidance.product
    pairs = [
        (_("Recommended oil"), f"{product.name} · {product.grade}" if product else ""),
        (_("What the interval rests on"), str(DRAIN_BASIS[guidance.drain_basis]) if guidance.drain_basis else ""),
        (_("First drain after the change"), _measured(guidance.first_drain_h, "h")),
        (_("Sampling interval"), _measured(guidance.sampling_h, "h")),
        (_("Fill quantity"), _measured(guidance.quantity_l, "L")),
        (_("Oil now in use"), guidance.old_oil),
        (_("Mixing"), mixing_said(guidance)),
        (_("Air around the machine"), _air(guidance.ambient_min_c, guidance.ambient_max_c)),
        (_("Duty"), guidance.duty),
        (_("Maker requirement"), guidance.maker_requirement),
        (_("Fuel sulfur"), guidance.fuel_sulfur),
        (_("Seals and paint"), guidance.seals),
        (_("Storage and handling"), guidance.storage),
        (_("Safety data sheet given"), _("Yes") if guidance.sds_given else ""),
        (_("Where the waste oil goes"), guidance.waste_oil),
    ]
    return [(label, value) for label, value in pairs if value]


def mixing_said(guidance: Guidance) -> str:
    """`Must not be mixed. They do not mix. … (source)`, or nothing."""
    return f"{MIXING[guidance.mixing]}. {note_said(guidance.mixing_note)}" if guidance.mixing else ""


def _measured(value: Decimal | int | None, unit: str) -> str:
    return "" if value is None else f"{plain_number(value)} {unit}"


def _air(coldest: Decimal | None, hottest: Decimal | None) -> str:
    if coldest is None:
        return "" if hottest is None else _("up to %(high)s °C", high=plain_number(hottest))
    if hottest is None:
        return _("from %(low)s °C", low=plain_number(coldest))
    return _("%(low)s to %(high)s °C", low=plain_number(coldest), high=plain_number(hottest))


def seen_compartment(uuid: str, of: Any) -> Compartment | None:
    """The compartment of this uuid that the person `of` may know of, with its oil."""
    loaded = sa.orm.joinedload(Compartment.machine).joinedload(Machine.site)
    found = Compartment.seen_by(of).options(loaded, sa.orm.joinedload(Compartment.product))
    return db.session.scalar(found.where(Compartment.uuid == uuid)) if uuid and "\x00" not in uuid else None
