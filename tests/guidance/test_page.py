"""The page on which guidance is written: prefilled, advised, and kept as typed."""

from __future__ import annotations

from datetime import timedelta

import pytest
import sqlalchemy as sa

from portal.catalogue.kinds import BaseOil
from portal.guidance.kinds import Mixing
from portal.guidance.models import Guidance
from portal.kit.clock import now
from portal.kit.db import db, new_uuid
from portal.town import Town
from portal.visits import actions
from portal.visits.models import Visit
from tests.support.client import HTMX, Browser


@pytest.fixture
def visit(people: Town) -> Visit:
    """Mina is at the pit."""
    at = now() - timedelta(hours=1)
    visit = actions.plan(
        people.pit, people.mina, at, "정기 점검", contact=people.foreman, uuid=new_uuid(), by=people.han, at=at
    )
    actions.check_in(visit, None, by=people.mina, at=at)
    db.session.commit()
    return visit


@pytest.fixture
def browser(browser: Browser) -> Browser:
    browser.client.set_cookie("language", "en")
    return browser.login("mina@hanbit.example")


def test_the_page_knows_the_compartment_it_was_opened_for(people: Town, visit: Visit, browser: Browser):
    name, address = people.engine.product.name, f"/visits/{visit.id}/guidance"
    engine = people.engine.uuid
    page = browser.get(address, query_string={"compartment": engine})
    assert page.select_one("#old_oil")["value"] == name
    assert page.select_one("#compartment option[selected]")["value"] == engine
    assert engine in str(browser.get(address).select_one("noscript")), "without script the compartments are links"


def test_guidance_is_saved_with_the_verdict_and_its_text_is_offered_next_time(
    people: Town, visit: Visit, browser: Browser
):
    people.hydraulic.product.base, people.products["HB-HY32"].base = BaseOil.MINERAL, BaseOil.PAG
    product, compartment, address = (
        people.products["HB-HY32"].uuid,
        people.hydraulic.uuid,
        f"/visits/{visit.id}/guidance",
    )
    db.session.commit()
    page = browser.get(address, query_string={"compartment": compartment})
    data = browser.fill(page, "/o/guidance/", topics=["mixing"], text="먼저 플러싱합니다.", product=product)
    browser.post(f"/o/guidance/{visit.uuid}", data)

    given = db.session.scalars(sa.select(Guidance).where(Guidance.visit_id == visit.id)).one()
    assert (given.mixing, given.mixing_note) == (Mixing.INCOMPATIBLE, "fluid:mineral_pag")
    assert (given.old_oil, given.quantity_l) == (people.hydraulic.product.name, people.hydraulic.sump_l)
    [tap] = browser.get(address, query_string={"compartment": compartment}).select("a[data-fill]")
    assert browser.get(str(tap["href"])).select_one("#text").text.strip() == "먼저 플러싱합니다."


def test_a_refused_form_comes_back_with_the_advice_and_the_rest_open(people: Town, visit: Visit, browser: Browser):
    data = {
        "uuid": new_uuid(), "compartment": people.engine.uuid, "product": people.engine.product.uuid, "text": "",
        "topics": "winter", "ambient_min_c": "-15", "ambient_max_c": "-16", "old_oil": people.engine.product.name,
    }  # fmt: skip
    address = f"/o/guidance/{visit.uuid}"
    piece = browser.post(address, data, status=422, headers=HTMX)
    assert piece.select_one("details.more")["open"] == ""
    assert "cannot be colder" in piece.select_one("#ambient_max_c-error").text
    assert "May be mixed" in piece.select_one("#advice").text
    assert piece.select_one("#ambient_min_c")["value"] == "-15"


def test_an_old_envelope_without_the_new_boxes_still_counts(people: Town, visit: Visit, browser: Browser):
    body = {
        "uuid": new_uuid(), "kind": "guidance", "visit": visit.uuid, "occurred": now().isoformat(),
        "payload": {"topics": ["storage"], "text": "닦습니다.", "compartment": people.engine.uuid, "drain_h": "350"},
    }  # fmt: skip
    db.session.commit()
    answer = browser.client.put(f"/sync/records/{body['uuid']}", json=body, headers={"Sec-Fetch-Site": "same-origin"})
    assert answer.status_code == 201, answer.text
    given = db.session.scalars(sa.select(Guidance).where(Guidance.uuid == body["uuid"])).one()
    assert (given.drain_h, given.old_oil, given.quantity_l, given.mixing) == (350, "", None, None)
