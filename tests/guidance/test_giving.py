"""Guidance is given at a visit, for a compartment or for the whole site."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest
import sqlalchemy as sa

from portal.guidance import actions
from portal.guidance.kinds import Topic
from portal.guidance.models import Guidance
from portal.journal.models import Entry
from portal.kit.db import db, new_uuid
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
