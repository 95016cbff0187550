"""The database itself refuses a state without its evidence, whoever writes it and by whatever way."""

from __future__ import annotations

from typing import Any

import pytest
import sqlalchemy as sa

from portal.kit.db import db
from portal.town import Town
from portal.visits import actions
from portal.visits.models import Photo, Signature, Visit
from tests.visits.deeds import HOUR, MONDAY_9AM, on_site, photo, planned, signed, submitted


def approved(people: Town) -> Visit:
    visit = submitted(people)
    actions.approve(visit, by=people.han, at=MONDAY_9AM + 4 * HOUR)
    db.session.commit()
    return visit


def together(people: Town) -> Visit:
    """Approved, and Bora went along."""
    visit = approved(people)
    visit.co_visitor = people.bora
    db.session.commit()
    return visit


def pictured(people: Town) -> Visit:
    visit = on_site(people)
    photo(people, visit)
    db.session.commit()
    return visit


REFUSED: list[tuple[str, Any, str]] = [  # the rule, the state of the visit, and what is tried with it
    ("ck_visits_visit_state", on_site, "visits SET state = 'lost' WHERE id"),
    ("ck_visits_nearness", on_site, "visits SET nearness = 'close' WHERE id"),
    ("ck_visits_arrived", planned, "visits SET state = 'on_site' WHERE id"),
    ("ck_visits_arrived", on_site, "visits SET arrived_at = NULL WHERE id"),
    ("ck_visits_arrived", on_site, "visits SET nearness = NULL WHERE id"),
    ("ck_visits_signed", on_site, "visits SET state = 'signed' WHERE id"),
    ("ck_visits_signed", on_site, "visits SET signed_at = arrived_at WHERE id"),
    ("ck_visits_signed", signed, "visits SET state = 'on_site' WHERE id"),
    ("ck_visits_signed", signed, "visits SET signed_at = NULL WHERE id"),
    ("ck_visits_submitted", signed, "visits SET state = 'submitted' WHERE id"),
    ("ck_visits_submitted", signed, "visits SET state = 'returned' WHERE id"),
    ("ck_visits_submitted", submitted, "visits SET state = 'signed' WHERE id"),
    ("ck_visits_submitted", signed, "visits SET submitted_at = signed_at, record_version = 1 WHERE id"),
    ("ck_visits_every_submit_is_a_version", submitted, "visits SET record_version = 0 WHERE id"),
    ("ck_visits_every_submit_is_a_version", signed, "visits SET record_version = 1 WHERE id"),
    ("ck_visits_approved_by_someone", submitted, "visits SET state = 'approved' WHERE id"),
    ("ck_visits_approved_by_someone", submitted, "visits SET approved_at = submitted_at WHERE id"),
    ("ck_visits_approved_by_someone", approved, "visits SET state = 'submitted' WHERE id"),
    ("ck_visits_approved_by_someone", approved, "visits SET approved_by_id = NULL WHERE id"),
    ("ck_visits_nobody_approves_their_own", approved, "visits SET approved_by_id = engineer_id WHERE id"),
    ("ck_visits_nobody_approves_their_own", together, "visits SET approved_by_id = co_visitor_id WHERE id"),
    ("ck_visits_nobody_goes_with_themselves", on_site, "visits SET co_visitor_id = engineer_id WHERE id"),
    ("ck_visits_cancelled_for_a_reason", planned, "visits SET state = 'cancelled' WHERE id"),
    ("ck_visits_cancelled_for_a_reason", on_site, "visits SET cancel_reason = 'rain' WHERE id"),
    ("ck_photos_photo_stage", pictured, "photos SET stage = 'during' WHERE visit_id"),
    ("ck_signatures_satisfaction_1_to_5", signed, "signatures SET satisfaction = 0 WHERE visit_id"),
    ("ck_signatures_satisfaction_1_to_5", signed, "signatures SET satisfaction = 6 WHERE visit_id"),
    ("ck_signatures_drawn_or_consented", signed, "signatures SET strokes = NULL WHERE visit_id"),
]


@pytest.mark.parametrize(("rule", "state", "tries"), REFUSED, ids=[f"{r[0]}-{n}" for n, r in enumerate(REFUSED)])
def test_no_state_without_its_evidence(people: Town, rule: str, state: Any, tries: str):
    visit = state(people)
    with pytest.raises(sa.exc.IntegrityError, match=rule):
        db.session.execute(sa.text(f"UPDATE {tries} = :id"), {"id": visit.id})


def test_every_rule_of_these_tables_is_tried():
    tables = (Visit.__table__, Photo.__table__, Signature.__table__)
    rules = {str(c.name) for t in tables for c in t.constraints if isinstance(c, sa.CheckConstraint)}
    assert rules == {rule for rule, _state, _tries in REFUSED}


@pytest.mark.parametrize(("table", "key"), [("visits", "uuid"), ("photos", "uuid"), ("signatures", "visit_id")])
def test_nothing_comes_twice(people: Town, table: str, key: str):
    visit = on_site(people)
    photo(people, visit)
    db.session.commit()
    actions.sign(
        visit, {"name": "김도현", "role": "정비과장", "satisfaction": 5, "strokes": None, "consented": True},
        uuid="00000000-0000-4000-8000-000000000001", language="ko", by=people.mina, at=MONDAY_9AM + HOUR,
    )  # fmt: skip
    db.session.commit()
    rows = Visit.metadata.tables[table]
    row = dict(db.session.execute(sa.select(rows).limit(1)).mappings().one())
    del row["id"]
    if key != "uuid":
        row["uuid"] = "00000000-0000-4000-8000-000000000002"
    with pytest.raises(sa.exc.IntegrityError, match=rf"{table}\.{key}|uq_{table}_{key}"):
        db.session.execute(sa.insert(rows).values(**row))


@pytest.mark.parametrize(
    ("table", "column"),
    [
        ("visits", "customer_id"), ("visits", "site_id"), ("visits", "contact_id"), ("visits", "engineer_id"),
        ("visits", "planned_by_id"), ("visits", "approved_by_id"), ("photos", "visit_id"), ("photos", "taken_by_id"),
        ("signatures", "taken_by_id"),
    ],
)  # fmt: skip
def test_nothing_points_at_what_is_not_there(people: Town, table: str, column: str):
    visit = on_site(people)
    photo(people, visit)
    db.session.commit()
    actions.sign(
        visit, {"name": "김도현", "role": "정비과장", "satisfaction": 5, "strokes": None, "consented": True},
        uuid="00000000-0000-4000-8000-000000000001", language="ko", by=people.mina, at=MONDAY_9AM + HOUR,
    )  # fmt: skip
    actions.submit(visit, by=people.mina, at=MONDAY_9AM + 2 * HOUR)
    actions.approve(visit, by=people.han, at=MONDAY_9AM + 3 * HOUR)
    db.session.commit()
    with pytest.raises(sa.exc.IntegrityError, match=r"FOREIGN KEY|fk_"):
        db.session.execute(sa.text(f"UPDATE {table} SET {column} = 987654"))  # noqa: S608 - names above
        db.session.commit()
