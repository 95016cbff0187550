"""What an engineer sees while writing guidance: what is known, what was written before, what the tables say."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from werkzeug.datastructures import MultiDict

from portal.catalogue.kinds import BaseOil
from portal.customers.models import Compartment
from portal.guidance import actions
from portal.guidance.forms import GuidanceForm
from portal.guidance.kinds import Topic
from portal.guidance.record import MOST_TEXTS, prepare, texts_before
from portal.kit.db import db, new_uuid
from portal.people.models import Person
from portal.town import Town
from portal.visits.models import Visit
from tests.support.client import HTMX, Browser

MONDAY_9AM = datetime(2026, 11, 23, 0, 0, tzinfo=UTC)
TODAY = date(2026, 11, 23)


@pytest.fixture
def browser(browser: Browser) -> Browser:
    browser.client.set_cookie("language", "en")
    return browser.login("mina@hanbit.example")


def give(town: Town, text: str, compartment: Compartment, by: Person | None = None, **values: Any) -> str:
    """The uuid of guidance with this text."""
    site = compartment.machine.site
    visit = Visit(
        site=site, customer=site.customer, engineer=by or town.mina, planned_by_id=town.han.id, planned_at=MONDAY_9AM,
        purpose="점검",
    )  # fmt: skip
    db.session.add(visit)
    db.session.flush()
    given = {"topics": [Topic.STORAGE], "text": text, "drain_h": None, "follow_up_on": None, **values}
    uuid = new_uuid()
    actions.give(given, uuid=uuid, visit=visit, compartment=compartment, by=by or town.mina, at=MONDAY_9AM)
    return uuid


def fresh(town: Town, **data: str) -> GuidanceForm:
    compartments = list(db.session.scalars(Compartment.at_site(town.pit.id)))
    form = MultiDict(data) if data else None
    return prepare(form, compartments, customer_id=town.mine.id, engineer_id=town.mina.id, today=TODAY)


def test_what_is_known_of_the_compartment_is_filled_in(people: Town):
    give(people, "하나", people.engine, maker_requirement="API CI-4")
    give(people, "둘", people.engine, maker_requirement="API CK-4")
    give(people, "셋", people.engine)
    form = fresh(people, compartment=people.engine.uuid)
    assert form.old_oil.data == people.engine.product.name
    assert (form.quantity_l.data, form.maker_requirement.data) == (people.engine.sump_l, "API CK-4")
    assert fresh(people).old_oil.data is None, "the whole site has no oil"


def test_what_a_phone_leaves_out_is_not_filled_in(people: Town):
    sent = fresh(people, compartment=people.engine.uuid, text="교환해 주세요.", topics="storage")
    assert sent.ok and (sent.values["old_oil"], sent.values["quantity_l"]) == (None, None)


def test_the_newest_different_texts_of_such_compartments_and_of_this_engineer_are_offered(people: Town):
    give(people, "다른 엔지니어의 유압 글", people.hydraulic, by=people.bora)
    give(people, "다른 엔지니어의 엔진 글", people.engine, by=people.bora)
    give(people, "같은 글", people.engine)
    newest = give(people, "같은 글", people.engine)
    plant = people.plant.machines[0].compartments[0]
    give(people, "다른 고객의 글", plant, by=people.jun)

    offered = texts_before(people.mine.id, people.mina.id, people.engine)
    assert [row.text for row in offered] == ["같은 글", "다른 엔지니어의 엔진 글"]
    assert offered[0].uuid == newest
    for number in range(10):
        give(people, f"글 {number}", people.engine)
    offered = texts_before(people.mine.id, people.mina.id, people.engine)
    assert [row.text for row in offered] == [f"글 {number}" for number in reversed(range(10))][:MOST_TEXTS]


def test_a_text_is_taken_over_without_javascript(people: Town):
    uuid = give(people, "주유구를 닦고 보충합니다.", people.engine)
    assert fresh(people, compartment=people.engine.uuid, text_from=uuid).text.data == "주유구를 닦고 보충합니다."
    foreign = give(people, "다른 고객의 글", people.plant.machines[0].compartments[0], by=people.jun)
    assert fresh(people, text_from=foreign).text.data is None
    assert fresh(people, text_from="\x00").text.data is None


def test_products_no_longer_sold_are_not_offered_and_the_family_in_use_comes_first(people: Town):
    people.products["HB-HY32"].retired_at = MONDAY_9AM - timedelta(days=1)
    labels = [choice.label for choice in fresh(people, compartment=people.hydraulic.uuid).product.choices]
    assert labels[0] != labels[1] and labels[1].startswith("Hanbit Hydro")
    assert not any("Hanbit Hydro 32" in label for label in labels)


def test_the_advice_stands_on_the_form_that_comes_back(people: Town):
    form = fresh(
        people, compartment=people.engine.uuid, product=people.products["HB-DP1540"].uuid, ambient_min_c="-15",
        ambient_max_c="30", text="", topics="winter",
    )  # fmt: skip
    assert (form.advice.grade, form.advice.fits) == ("15W-40", False)
    assert any("-9.5" in line and "not verified" in line for line in form.advice.outside)
    assert form.advice.mixing[0] == "ok" and "60" in form.advice.keeps


def ask(browser: Browser, piece: str, **query: str) -> Any:
    return browser.get(f"/guidance/{piece}", query_string=query, headers=HTMX)


def test_the_advice_follows_what_is_chosen(people: Town, browser: Browser):
    people.hydraulic.product.base, people.products["HB-HY32"].base = BaseOil.MINERAL, BaseOil.PAG
    chosen = {"compartment": people.hydraulic.uuid, "product": people.products["HB-HY32"].uuid}
    db.session.commit()
    said = ask(browser, "advice", **chosen, ambient_min_c="-15").text
    assert "Must not be mixed" in said and "general knowledge of the trade, not verified" in said
    assert "standard says" not in said and "15W-40" not in said, "the charts are for engines"
    assert "Keeps 24 months" in said and "BLP" in said
    assert "Not known: test first" in ask(browser, "advice", **chosen, old_oil="Other").text


def test_the_grades_that_suit_an_engine_come_with_their_source(people: Town, browser: Browser):
    said = ask(browser, "advice", compartment=people.engine.uuid, ambient_min_c="-18", ambient_max_c="40").text
    assert "10W-30" in said and "Caterpillar SEBU6251-06" in said and "15W-40" not in said


@pytest.mark.parametrize(
    "query",
    [
        {},
        {"ambient_min_c": "NaN"},
        {"compartment": "\x00", "product": "\x00"},
        {"ambient_min_c": "9", "ambient_max_c": "1"},
    ],
)
def test_nonsense_is_answered_with_nothing(people: Town, browser: Browser, query: dict[str, str]):
    for piece in ("advice", "known", "texts"):
        ask(browser, piece, **query)
    assert ask(browser, "advice", **query).text.strip() == ""


def test_a_compartment_one_may_not_know_of_tells_nothing(people: Town, browser: Browser):
    there = people.plant.machines[0].compartments[0]
    name, uuid = there.product.name, there.uuid
    give(people, "다른 고객의 글", there, by=people.jun)
    assert name not in str(ask(browser, "known", compartment=uuid))
    assert "다른 고객의 글" not in ask(browser, "texts", compartment=uuid).text


def test_the_known_boxes_and_the_texts_come_by_themselves(people: Town, browser: Browser):
    uuid = give(people, "주유구를 닦고 보충합니다.", people.engine)
    name, litres, engine = people.engine.product.name, people.engine.sump_l, people.engine.uuid
    boxes = ask(browser, "known", compartment=engine)
    assert boxes.select_one("#old_oil")["value"] == name
    assert Decimal(boxes.select_one("#quantity_l")["value"]) == litres
    assert browser.last and browser.last.headers["HX-Trigger"] == "known"
    [tap] = ask(browser, "texts", compartment=engine, visit="7").select("a[data-fill]")
    assert (tap["data-fill"], tap["data-text"]) == ("text", "주유구를 닦고 보충합니다.")
    assert tap["href"] == f"/visits/7/guidance?compartment={engine}&text_from={uuid}"


def test_others_are_not_advised(people: Town, browser: Browser):
    browser.login("han@hanbit.example").get("/guidance/advice", status=403)
