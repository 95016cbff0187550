"""A bottle is filled: what is kept of it, who sees it, and that its number is used once."""

from __future__ import annotations

import threading
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
import sqlalchemy as sa

from portal.journal.models import Entry
from portal.kit.db import db, new_uuid
from portal.kit.errors import NotValid
from portal.oil import actions
from portal.oil.kinds import Reason, SamplePoint, SampleState, VisualCode, YesNo
from portal.oil.models import Sample, number_is_free, previous_of
from portal.town import Town

MONDAY_9AM = datetime(2026, 11, 23, 0, 0, tzinfo=UTC)
VALUES: dict[str, Any] = {
    "number": "HB-2611-0427", "machine_hours": Decimal(12450), "oil_hours": Decimal("270.5"),
    "oil_hours_estimated": True, "oil_changed": YesNo.YES, "filter_changed": None, "makeup_l": Decimal("1.5"),
    "oil_temp_c": Decimal(85), "sample_point": SamplePoint.PUMP, "reason": Reason.ROUTINE,
    "visual": [VisualCode.DARK, VisualCode.MAG_SUSPENSION], "visual_note": "", "observed": "출력 저하", "batch_no": "",
}  # fmt: skip


def take(town: Town, **changes: Any) -> Sample:
    words = {"uuid": new_uuid(), "visit": None, "compartment": town.engine, "by": town.mina, "at": MONDAY_9AM}
    given = {key: changes.pop(key) for key in list(changes) if key in words}
    return actions.take({**VALUES, **changes}, **{**words, **given})


def test_a_bottle_keeps_what_was_said_of_it(people: Town):
    sample = take(people)
    db.session.commit()
    db.session.refresh(sample)

    assert (sample.number, sample.taken_at, sample.taken_by) == ("HB-2611-0427", MONDAY_9AM, people.mina)
    assert (sample.unit_hours, sample.oil_hours, sample.oil_hours_estimated) == (12450, Decimal("270.5"), True)
    assert sample.visual == {VisualCode.DARK, VisualCode.MAG_SUSPENSION}
    assert (sample.oil_changed, sample.filter_changed) == (YesNo.YES, YesNo.UNKNOWN)
    assert (sample.state, sample.makeup_l, sample.observed) == (SampleState.TAKEN, Decimal("1.5"), "출력 저하")


def test_the_oil_is_that_of_the_day_whatever_comes_after(people: Town):
    sample = take(people)
    people.engine.product = people.products["HB-DX1040"]
    db.session.flush()

    assert (sample.product.code, sample.oil_grade) == ("HB-DP1540", "15W-40")


def test_the_journal_knows_who_filled_it_and_what_they_saw(people: Town):
    sample = take(people)

    entry = db.session.scalars(sa.select(Entry).order_by(Entry.id.desc()).limit(1)).one()
    assert (entry.what, entry.subject_kind, entry.subject_id) == ("sample.taken", "samples", sample.id)
    assert (entry.by_id, entry.at) == (people.mina.id, MONDAY_9AM)
    assert entry.facts["after"]["visual"] == ["dark", "mag_suspension"]
    assert entry.facts["after"]["number"] == "HB-2611-0427"
    assert entry.facts["after"]["unit_hours"] == "12450"


def test_a_number_in_use_is_refused_with_the_way_out_and_nothing_is_left(people: Town):
    take(people)
    before = count(Sample), count(Entry)

    with pytest.raises(NotValid, match=r"HB-2611-0427 is already recorded\. Check the label"):
        take(people, compartment=people.hydraulic)
    assert (count(Sample), count(Entry)) == before
    assert not number_is_free("HB-2611-0427") and number_is_free("HB-2611-0428")


def test_of_two_phones_in_the_same_second_the_database_lets_one_pass(people: Town):
    """On PostgreSQL the second looks, finds the number free, and waits for the first to commit."""
    if db.engine.dialect.name != "postgresql":
        pytest.skip("SQLite lets one writer in at a time")
    columns = [c.name for c in Sample.__table__.columns if c.name not in {"id", "uuid", "number"}]
    copied = sa.select(sa.literal(new_uuid()), sa.literal(VALUES["number"]), *(Sample.__table__.c[c] for c in columns))
    with db.engine.connect() as other:
        other.execute(sa.insert(Sample.__table__).from_select(["uuid", "number", *columns], copied.limit(1)))
        committing = threading.Timer(0.5, other.commit)
        committing.start()

        with pytest.raises(NotValid, match="HB-2611-0427"):
            take(people)
        committing.join()
    db.session.commit()
    assert db.session.scalar(sa.select(sa.func.count()).where(Sample.number == "HB-2611-0427")) == 1


def test_another_clash_is_not_mistaken_for_the_number(people: Town):
    first = take(people)
    with pytest.raises(sa.exc.IntegrityError):
        take(people, uuid=first.uuid, number="HB-2611-0500")


def test_hours_that_nobody_gave_are_no_estimate(people: Town):
    sample = take(people, oil_hours=None, reason=Reason.NEW_OIL)
    assert (sample.oil_hours, sample.oil_hours_estimated) == (None, False)


def test_the_previous_sample_is_the_newest_that_counts(people: Town):
    assert previous_of(people.engine.id) is people.sample
    late = take(people, at=MONDAY_9AM + timedelta(hours=1), number="HB-2611-0501")
    take(people, at=MONDAY_9AM - timedelta(days=80), number="HB-2611-0502")
    assert previous_of(people.engine.id) is late

    late.state = SampleState.VOID
    db.session.flush()
    assert previous_of(people.engine.id) is people.sample


def test_before_the_first_sample_there_is_no_previous(people: Town):
    [fresh] = [c for c in people.truck.compartments if c.kind == "transmission"]
    assert previous_of(fresh.id) is None


@pytest.mark.parametrize(
    ("who", "sees"),
    [
        ("mina", True), ("bora", True), ("han", True), ("dana", True), ("lab", True), ("desk", True),
        ("jun", False), ("suh", False), ("kim", False), ("park", False), ("admin", False),
    ],
)  # fmt: skip
def test_who_sees_a_bottle_from_the_pit(people: Town, who: str, sees: bool):
    sample = take(people)
    found = db.session.scalars(Sample.seen_by(getattr(people, who)).where(Sample.id == sample.id)).all()
    assert bool(found) is sees


def test_an_engineer_sees_their_own_bottle_from_another_region(people: Town):
    sample = take(people, by=people.jun)
    assert sample in db.session.scalars(Sample.seen_by(people.jun)).all()


@pytest.mark.parametrize(
    ("change", "rule"),
    [
        ({"oil_hours": Decimal(20000)}, "oil_not_older_than_machine"),
        ({"oil_hours": Decimal(-1)}, "oil_not_older_than_machine"),
        ({"machine_hours": Decimal(-1), "oil_hours": None}, "hours_not_negative"),
        ({"makeup_l": Decimal(-1)}, "makeup_not_negative"),
    ],
)
def test_the_database_refuses_what_the_form_would(people: Town, change: dict[str, Any], rule: str):
    with pytest.raises(sa.exc.IntegrityError, match=rule):
        take(people, **change)


@pytest.mark.parametrize("column", ["oil_changed", "filter_changed", "state", "reason", "sample_point"])
def test_the_database_knows_the_words(people: Town, column: str):
    with pytest.raises(sa.exc.IntegrityError, match=r"ck_samples|CHECK"):
        db.session.execute(sa.text(f"UPDATE samples SET {column} = 'fun'"))  # noqa: S608 - names above


def count(model: type[Any]) -> int:
    return db.session.scalar(sa.select(sa.func.count()).select_from(model)) or 0
