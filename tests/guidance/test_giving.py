"""Guidance is given at a visit, for a compartment or for the whole site."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest
import sqlalchemy as sa
from flask_babel import force_locale

from portal.catalogue.kinds import BaseOil
from portal.guidance import actions
from portal.guidance.kinds import DrainBasis, Mixing, Topic
from portal.guidance.models import Guidance
from portal.guidance.record import said
from portal.journal.models import Entry
from portal.kit.db import db, new_uuid
from portal.kit.errors import NotValid
from portal.town import Town
from portal.visits.models import Visit

MONDAY_9AM = datetime(2026, 11, 23, 0, 0, tzinfo=UTC)
VALUES: dict[str, Any] = {
    "topics": [Topic.WINTER, Topic.DRAIN_INTERVAL], "text": "350시간마다 교환해 주세요.", "drain_h": Decimal(350),
    "follow_up_on": date(2027, 2, 23),
}  # fmt: skip


def visit_of(town: Town) -> Visit:
    visit = Visit(
        site=town.pit, customer=town.mine, engineer=town.mina, planned_by_id=town.han.id, planned_at=MONDAY_9AM,
        purpose="정기 점검",
    )  # fmt: skip
    db.session.add(visit)
    db.session.flush()
    return visit


def give(town: Town, compartment: Any = None, **changes: Any) -> Guidance:
    return actions.give(
        {**VALUES, **changes}, uuid=new_uuid(), visit=visit_of(town), compartment=compartment, by=town.mina,
        at=MONDAY_9AM,
    )  # fmt: skip


def test_guidance_keeps_what_was_advised(people: Town):
    guidance = give(people, people.engine)
    db.session.commit()
    db.session.refresh(guidance)

    assert guidance.topics == {Topic.WINTER, Topic.DRAIN_INTERVAL}
    assert (guidance.drain_h, guidance.follow_up_on) == (350, date(2027, 2, 23))
    assert (guidance.compartment, guidance.site, guidance.given_by) == (people.engine, people.pit, people.mina)
    assert guidance.given_at == MONDAY_9AM


def test_without_a_compartment_it_is_for_the_whole_site(people: Town):
    guidance = give(people, drain_h=None, follow_up_on=None)
    assert (guidance.compartment, guidance.site) == (None, people.pit)


def test_the_journal_knows_what_was_advised(people: Town):
    guidance = give(people)

    entry = db.session.scalars(sa.select(Entry).order_by(Entry.id.desc()).limit(1)).one()
    assert (entry.what, entry.subject_kind, entry.subject_id) == ("guidance.given", "guidances", guidance.id)
    assert entry.facts["after"]["topics"] == ["drain_interval", "winter"]
    assert entry.facts["after"]["follow_up_on"] == "2027-02-23"


@pytest.mark.parametrize(
    ("change", "rule"),
    [({"topics": []}, "some_topic"), ({"text": ""}, "says_something"), ({"drain_h": Decimal(0)}, "drain_positive")],
)
def test_the_database_refuses_empty_guidance(people: Town, change: dict[str, Any], rule: str):
    with pytest.raises(sa.exc.IntegrityError, match=rule):
        give(people, **change)


@pytest.mark.parametrize(
    ("who", "sees"),
    [
        ("mina", True), ("bora", True), ("han", True), ("dana", True), ("desk", True),
        ("lab", False), ("jun", False), ("suh", False), ("kim", False), ("admin", False),
    ],
)  # fmt: skip
def test_who_sees_guidance_given_at_the_pit(people: Town, who: str, sees: bool):
    guidance = give(people)
    found = db.session.scalars(Guidance.seen_by(getattr(people, who))).all()
    assert (guidance in found) is sees


def test_all_that_was_said_is_kept(people: Town):
    product = people.products["HB-DX1040"]
    told = {
        "product": product.uuid, "ambient_min_c": Decimal("-18.5"), "ambient_max_c": Decimal(38), "duty": "20 h",
        "maker_requirement": "API CK-4", "fuel_sulfur": "10 ppm", "old_oil": people.engine.product.name,
        "quantity_l": Decimal("129.5"), "drain_basis": DrainBasis.TRIAL, "first_drain_h": Decimal(50),
        "sampling_h": Decimal(250), "seals": "FKM", "storage": "실내", "sds_given": True, "waste_oil": "위탁 처리",
    }  # fmt: skip
    guidance = give(people, people.engine, **told)
    db.session.commit()
    db.session.refresh(guidance)

    assert {name: getattr(guidance, name) for name in told if name != "product"} == {
        name: value for name, value in told.items() if name != "product"
    }
    assert guidance.product is product
    facts = db.session.scalars(sa.select(Entry).order_by(Entry.id.desc()).limit(1)).one().facts["after"]
    assert (facts["product_id"], facts["quantity_l"], facts["drain_basis"]) == (product.id, "129.5", "trial")


@pytest.mark.parametrize(
    ("old", "new", "verdict", "note"),
    [
        ("mineral", "pag", Mixing.INCOMPATIBLE, "fluid:mineral_pag"),
        ("mineral", "ester", Mixing.FLUSH, "fluid:mineral_ester"),
        (None, "mineral", Mixing.UNKNOWN, "unknown"),
    ],
)
def test_whether_the_oils_may_meet_is_looked_up_and_never_refused(
    people: Town, old: str | None, new: str, verdict: Mixing, note: str
):
    people.hydraulic.product.base = BaseOil(old) if old else None
    people.products["HB-HY32"].base = BaseOil(new)
    guidance = give(people, people.hydraulic, product=people.products["HB-HY32"].uuid)
    assert (guidance.mixing, guidance.mixing_note) == (verdict, note)


def test_the_same_product_may_be_mixed(people: Town):
    guidance = give(people, people.engine, product=people.engine.product.uuid, old_oil=people.engine.product.name)
    assert (guidance.mixing, guidance.mixing_note) == (Mixing.COMPATIBLE, "same")


def test_when_another_oil_is_in_it_than_we_think_it_is_tested_first(people: Town):
    guidance = give(people, people.engine, product=people.engine.product.uuid, old_oil="타사 15W-40")
    assert guidance.mixing is Mixing.UNKNOWN


def test_without_two_oils_there_is_no_verdict(people: Town):
    assert give(people, people.engine).mixing is None
    assert give(people, None, product=people.engine.product.uuid).mixing is None


def test_a_product_that_nobody_knows_is_refused(people: Town):
    with pytest.raises(NotValid):
        give(people, people.engine, product=new_uuid())


def test_what_was_said_reads_in_words_with_its_source(people: Town):
    people.hydraulic.product.base, people.products["HB-HY32"].base = BaseOil.MINERAL, BaseOil.PAG
    guidance = give(
        people, people.hydraulic, product=people.products["HB-HY32"].uuid, quantity_l=Decimal(1200), sds_given=True,
        ambient_min_c=Decimal(-18),
    )  # fmt: skip
    with force_locale("en"):
        words = dict(said(guidance))
    assert words["Recommended oil"] == "Hanbit Hydro 32 · ISO VG 32"
    assert words["Mixing"].startswith("Must not be mixed. They do not mix.") and "not verified" in words["Mixing"]
    assert (words["Fill quantity"], words["Air around the machine"]) == ("1,200 L", "from -18 °C")
    assert set(words) == {
        "Recommended oil", "Mixing", "Fill quantity", "Air around the machine", "Safety data sheet given"
    }  # fmt: skip
