"""The office keeps the catalogue: adds, corrects, retires, brings back; everybody of the house finds and reads."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from portal.catalogue.kinds import BaseOil, Family
from portal.catalogue.models import Product
from portal.journal.models import Entry
from portal.kit.clock import now
from portal.kit.db import db, new_uuid
from portal.town import Town
from tests.support.client import HTMX, Browser

OIL: dict[str, Any] = {
    "family": "engine", "code": "HB-GX40", "maker": "한빛윤활유", "name": "Hanbit Gas X 40", "grade": "sae 40",
    "v40": "127", "v100": "13.5", "vi": "101", "tbn": "5.4", "tan": "1.1", "base": "mineral", "thickener": "",
    "approvals": "MAN M 3271-2",
}  # fmt: skip


@pytest.fixture
def office(browser: Browser) -> Browser:
    browser.client.set_cookie("language", "en")
    return browser.login("admin@hanbit.example")


def newest() -> Entry:
    return db.session.scalars(sa.select(Entry).order_by(Entry.id.desc()).limit(1)).one()


def added(code: str) -> list[Product]:
    db.session.expire_all()
    return list(db.session.scalars(sa.select(Product).where(Product.code == code)))


def test_a_new_product_is_kept_once_however_often_it_is_sent(people: Town, office: Browser):
    data = office.fill(office.get("/products/new"), "/products/new", **OIL)
    office.post("/products/new", data)
    office.post("/products/new", data)

    [oil] = added("HB-GX40")
    assert (oil.family, oil.grade, oil.base, oil.vi) == (Family.ENGINE, "SAE 40", BaseOil.MINERAL, 101)
    assert (newest().what, newest().subject_id, newest().facts["after"]["grade"]) == ("product.added", oil.id, "SAE 40")
    assert "Hanbit Gas X 40" in office.follow().text


def test_what_was_typed_comes_back_with_the_sentence_beside_it(people: Town, office: Browser):
    page = office.post("/products/new", {**OIL, "vi": "150", "uuid": new_uuid()}, status=422)
    assert "ASTM D2270 gives 101" in page.select_one("#vi-error").text
    assert page.select_one("#name")["value"] == "Hanbit Gas X 40"
    piece = office.post("/products/new", {**OIL, "vi": "150", "uuid": new_uuid()}, status=422, headers=HTMX)
    assert piece.select_one("form#product") and not piece.select_one("html")


def test_a_code_that_is_taken_is_refused(people: Town, office: Browser):
    page = office.post("/products/new", {**OIL, "code": "hb-hy46", "uuid": new_uuid()}, status=422)
    assert "HB-HY46 is the code of another product" in page.select_one("#code-error").text
    other = people.products["HB-HY32"]
    data = office.fill(office.get(f"/products/{other.id}/edit"), "/edit", code="HB-HY46")
    page = office.post(f"/products/{other.id}/edit", data, status=422)
    assert "HB-HY46 is the code of another product" in page.select_one("#code-error").text


def test_a_correction_keeps_what_was_before(people: Town, office: Browser):
    oil = people.products["HB-HY46"]
    oil.base = oil.tan_mg_koh_g = None
    thickness = oil.v40_mm2_s
    db.session.commit()
    page = office.get(f"/products/{oil.id}/edit")
    assert (page.select_one("#v40")["value"], page.select_one("#vi")["value"]) == ("46.1", "105")
    data = office.fill(page, "/edit", base="semi", tan="0.55")
    office.post(f"/products/{oil.id}/edit", data)

    db.session.refresh(oil)
    assert (oil.base, oil.grade, oil.v40_mm2_s) == (BaseOil.SEMI, "ISO VG 46", thickness)
    assert newest().what == "product.corrected"
    assert newest().facts["after"] == {"base": "semi", "tan_mg_koh_g": "0.55"}
    assert newest().facts["before"] == {"base": None, "tan_mg_koh_g": None}


def test_a_correction_that_changes_nothing_is_not_told(people: Town, office: Browser):
    oil, before = people.products["HB-HY46"], newest().id
    office.post(f"/products/{oil.id}/edit", office.fill(office.get(f"/products/{oil.id}/edit"), "/edit"))
    assert newest().id == before


def test_the_second_of_two_hands_is_told_and_keeps_what_they_typed(people: Town, office: Browser):
    oil = people.products["HB-HY46"]
    data = office.fill(office.get(f"/products/{oil.id}/edit"), "/edit", name="Hanbit Hydro 46 New")
    office.post(f"/products/{oil.id}/edit", {**data, "name": "Hanbit Hydro 46 First"})
    page = office.post(f"/products/{oil.id}/edit", data, status=409)
    assert "Somebody else changed this product" in page.text
    assert page.select_one("#name")["value"] == "Hanbit Hydro 46 New"
    db.session.refresh(oil)
    assert oil.name == "Hanbit Hydro 46 First"


def test_a_retired_product_leaves_the_list_and_comes_back(people: Town, office: Browser):
    oil = people.products["HB-TU32"]
    address = f"/products/{oil.id}"
    office.post(f"{address}/retired")
    office.post(f"{address}/retired", status=409)
    assert "No longer sold since" in office.get(address).text
    assert address not in links(office.get("/products?family=turbine"))
    assert address in links(office.get("/products?family=turbine&retired=y"))
    office.post(f"{address}/on-sale")
    office.post(f"{address}/on-sale", status=409)
    assert address in links(office.get("/products?family=turbine"))
    assert newest().what == "product.brought_back"


def links(page: Any) -> list[str]:
    return [a["href"] for a in page.select("main a.stop")]


@pytest.mark.parametrize(
    ("typed", "codes"),
    [
        ("hydro 46", {"HB-HY46"}),
        ("vg46", {"HB-HY46", "HB-HV46", "HB-CO46"}),
        ("15w40", {"HB-DP1540", "HB-DV1540"}),
        ("hb-ax", {"HB-AX8090", "HB-AX8514"}),
        ("lithium", {"HB-LX2"}),
        ("%", {"HB-CL50"}),
        ("_", set()),
        ("nothing like it", set()),
    ],
)
def test_any_part_of_name_code_or_grade_finds(people: Town, office: Browser, typed: str, codes: set[str]):
    page = office.get("/products", query_string={"q": typed})
    assert set(links(page)) == {f"/products/{people.products[code].id}" for code in codes}


@pytest.mark.parametrize("query", ["q=%00", "q=" + "x" * 500, "family=soap", "after=99999", "after=x", "after=-1"])
def test_nonsense_in_the_address_is_passed_over(people: Town, office: Browser, query: str):
    assert links(office.get(f"/products?{query}"))


def many(number: int) -> None:
    for n in range(number):
        family = list(Family)[n % 3]
        db.session.add(Product(code=f"MANY-{n}", maker="X", name=f"Oil {n % 7}", family=family, grade="ISO VG 46"))
    db.session.commit()


def test_the_list_comes_a_page_at_a_time_in_the_order_of_the_families(people: Town, office: Browser):
    many(80)
    seen: list[str] = []
    path: str | None = "/products"
    while path:
        page = office.get(path)
        seen += links(page)
        more = page.select_one("a[href*='after=']")
        path = str(more["href"]) if more else None
    every = db.session.scalars(Product.on_sale())
    assert seen == [f"/products/{oil.id}" for oil in every]
    assert len(seen) == 100


@contextmanager
def counted(app: Flask) -> Iterator[list[str]]:
    asked: list[str] = []

    def note(_conn: object, _cursor: object, statement: str, *_rest: object) -> None:
        if statement.lstrip().upper().startswith("SELECT"):
            asked.append(statement)

    with app.app_context():
        engine = db.engine
    sa.event.listen(engine, "before_cursor_execute", note)
    try:
        yield asked
    finally:
        sa.event.remove(engine, "before_cursor_execute", note)


@pytest.mark.parametrize(
    ("path", "most"), [("/products", 2), ("/products?q=oil&after={oil}", 3), ("/products/{oil}", 2)]
)
def test_a_page_asks_no_more_when_there_is_more_to_show(
    people: Town, office: Browser, bare_app: Flask, path: str, most: int
):
    address = path.format(oil=people.products["HB-CO46"].id)
    many(40)
    with counted(bare_app) as asked:
        office.get(address)
    assert len(asked) <= most, asked


def test_a_dealer_reads_no_catalogue_and_the_field_does_not_write(people: Town, browser: Browser):
    oil = people.products["HB-HY46"].id
    browser.login("kim@dure.example").get("/products", status=403)
    browser.login("mina@hanbit.example")
    page = browser.get(f"/products/{oil}")
    assert not page.select("a[href$='/edit'], form[action*='/products/']")
    browser.get("/products/999999", status=404)


def test_an_index_that_nobody_gave_is_computed_and_says_so(people: Town, office: Browser):
    oil = people.products["HB-HY46"]
    oil.vi = None
    db.session.commit()
    assert "105, computed by ASTM D2270" in office.get(f"/products/{oil.id}").text


def test_a_grade_that_was_not_verified_is_not_called_a_standard_s_word(people: Town, office: Browser):
    oil = Product(code="X-2200", maker="X", name="Thick", family=Family.GEAR, grade="ISO VG 2200", retired_at=now())
    db.session.add(oil)
    db.session.commit()
    assert "general knowledge of the trade, not verified" in office.get(f"/products/{oil.id}").text
