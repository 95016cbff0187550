"""The customer signs what they have read: their hand or their consent, once, and then nothing moves any more."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
import sqlalchemy as sa

from portal.complaints import actions as complaints
from portal.complaints.kinds import Category, StepKind
from portal.customers import actions as customers
from portal.customers.kinds import PromiseState
from portal.fieldwork.kinds import Level
from portal.guidance.kinds import Topic
from portal.kit.db import db, new_uuid
from portal.kit.errors import NotValid, NotYours, WrongState
from portal.oil.kinds import Reason, SamplePoint, VisualCode, YesNo
from portal.town import Town
from portal.visits import actions, lists, record
from portal.visits.forms import MOST_POINTS, SignForm
from portal.visits.kinds import PhotoStage, VisitState
from portal.visits.models import Signature, Visit
from tests.support.client import Browser
from tests.visits import deeds
from tests.visits.deeds import HOUR, MONDAY_9AM, SIGNED, advice, count, on_site, photo, planned, sample, signed, told

LATER = MONDAY_9AM + 2 * HOUR
DEEDS = [
    sample, advice, photo, deeds.training, deeds.finding, deeds.promise, deeds.left_over, deeds.complaint, deeds.step,
    deeds.settled,
]  # fmt: skip
# of `as_before`, by the portal that knew samples, guidance and photos only
FROZEN = "3d20ce0a8a57a22c44cec30310766eeb3228f03ef080318cc47fe93f945fba61"


def sign(visit: Visit, **changes: Any) -> Signature:
    by = changes.pop("by", visit.engineer)
    return actions.sign(visit, {**SIGNED, **changes}, uuid=new_uuid(), language="ko", by=by, at=LATER)


def test_signing_keeps_who_what_and_when(people: Town):
    visit = on_site(people)
    advice(people, visit)
    made = sign(visit)
    db.session.commit()

    assert (visit.state, visit.signed_at) == (VisitState.SIGNED, LATER)
    assert (made.name, made.role, made.satisfaction, made.signed_at) == ("김도현", "정비과장", 4, LATER)
    assert made.taken_by_id == people.mina.id
    assert made.paths == ["M10 10L500 200"]
    [entry] = told("visit.signed")
    assert entry.facts["after"] == {"state": "signed", "name": "김도현", "satisfaction": 4, "digest": made.digest}


def test_there_must_be_something_to_sign(people: Town):
    with pytest.raises(NotValid, match="Record at least one"):
        sign(on_site(people))
    assert count(Signature) == 0


@pytest.mark.parametrize("deed", DEEDS)
def test_one_item_of_any_kind_is_enough(people: Town, deed: Any):
    visit = on_site(people)
    deed(people, visit)
    assert sign(visit).digest == record.digest(visit)


def test_before_arrival_there_is_nothing_to_sign(people: Town):
    with pytest.raises((NotValid, WrongState)):
        sign(planned(people))


def test_the_customer_signs_once(people: Town):
    visit = signed(people)
    with pytest.raises(WrongState, match="Signed"):
        sign(visit)
    assert count(Signature) == 1


@pytest.mark.parametrize("who", ["bora", "han"])
def test_the_signature_is_taken_on_the_engineers_own_phone(people: Town, who: str):
    visit = on_site(people)
    advice(people, visit)
    with pytest.raises(NotYours):
        sign(visit, by=getattr(people, who))


def rich(people: Town) -> Visit:
    """A visit with two items of each kind."""
    visit = on_site(people)
    for number, compartment in (("HB-2611-0001", people.engine), ("HB-2611-0002", people.hydraulic)):
        sample(people, visit, number=number, compartment=compartment)
        advice(people, visit, compartment=compartment)
        photo(people, visit, caption=number)
        for deed in DEEDS[3:]:
            deed(people, visit)
    db.session.commit()
    return visit


def test_the_digest_is_the_same_as_long_as_nothing_is_changed(people: Town):
    visit = rich(people)
    made = sign(visit)
    db.session.commit()
    actions.submit(visit, by=people.mina, at=LATER + HOUR)
    db.session.commit()
    actions.approve(visit, by=people.han, at=LATER + 2 * HOUR)
    db.session.commit()
    db.session.expire_all()
    assert record.digest(visit) == made.digest


def test_what_was_signed_before_there_were_more_parts_has_the_digest_it_had(people: Town):
    people.truck.model, people.truck.number = "KD785", "DT-07"
    people.engine.product.name, people.engine.product.grade = "Hanbit Diesel Pro 15W-40", "15W-40"
    visit = on_site(people, purpose="정기 점검")
    visit.uuid = "0b5e7a1c-3d62-4f0e-9a57-2f8d1c6b4e90"
    seen = {"sample_point": SamplePoint.VALVE, "observed": "검은 연기", "visual": [VisualCode.DARK, VisualCode.FUEL]}
    sample(people, visit, oil_hours_estimated=True, **seen)
    advice(people, visit, follow_up_on=date(2026, 12, 14), topics=[Topic.STORAGE, Topic.WINTER])
    advice(people, visit, compartment=None, drain_h=None)
    photo(people, visit)
    db.session.commit()
    assert record.digest(visit) == FROZEN


def test_the_digest_is_the_same_when_promises_are_kept_and_complaints_go_on(people: Town):
    visit = rich(people)
    made = sign(visit)
    words: dict[str, Any] = {"by": people.han, "at": LATER + 9 * HOUR}
    what = lists.content(visit)
    customers.close_promise(what.promises[0], PromiseState.KEPT, "", **words)
    complaints.add_step(what.cases[0].complaint, StepKind.CAUSE, "펌프", uuid=new_uuid(), **words)
    [case, *_others] = [case for case in what.cases if case.settled]
    complaints.close(case.complaint, "필터 주기를 줄입니다.", uuid=new_uuid(), **words)
    actions.finish(on_site(people), what.left[0], by=people.mina, at=LATER + 9 * HOUR)
    db.session.commit()
    db.session.expire_all()
    assert record.digest(visit) == made.digest


CHANGES: dict[str, list[tuple[str, Any]]] = {
    "visits": [
        ("arrived_at", MONDAY_9AM + HOUR), ("purpose", "다른 일"),
    ],
    "samples": [
        ("number", "HB-2611-9999"), ("unit_hours", Decimal("12450.6")), ("oil_hours", Decimal(271)),
        ("oil_hours", None), ("oil_hours_estimated", True), ("oil_changed", YesNo.YES),
        ("sample_point", SamplePoint.VALVE), ("reason", Reason.COMPLAINT), ("visual", frozenset({VisualCode.CLEAR})),
        ("observed", "."), ("taken_at", LATER), ("oil_grade", "5W-30"),
    ],
    "guidances": [
        ("topics", frozenset({Topic.STORAGE, Topic.DRAIN_INTERVAL})), ("text", "다른 말"), ("drain_h", 351),
        ("drain_h", None), ("follow_up_on", date(2026, 12, 24)), ("compartment_id", None),
    ],
    "trainings": [("topic", "다른 말"), ("minutes", 41), ("people_count", 7), ("attended", "박")],
    "findings": [("level", Level.WATCH), ("text", "다른 말"), ("machine_id", None)],
    "promises": [("text", "다른 말"), ("due_on", date(2026, 12, 24))],
    "left_overs": [("text", "다른 말")],
    "complaints": [("category", Category.QUALITY), ("description", "다른 말"), ("asks", "새 오일")],
    "complaint_steps": [("kind", StepKind.CAUSE), ("text", "다른 말")],
    "photos": [
        ("stage", PhotoStage.AFTER),
        ("sha256", "cd" * 32), ("caption", "다른 것"), ("taken_at", LATER), ("width_px", 17),
    ],
}  # fmt: skip


def test_the_digest_changes_with_whatever_was_read(people: Town):
    visit = rich(people)
    seen = {record.digest(visit)}
    tables = record.Visit.metadata.tables
    for table, changes in CHANGES.items():
        for column, value in changes:
            first = sa.select(sa.func.min(tables[table].c.id)).scalar_subquery()
            if table != "visits":
                first = sa.select(sa.func.min(tables[table].c.id)).where(tables[table].c.visit_id == visit.id)
                first = first.scalar_subquery()
            db.session.execute(sa.update(tables[table]).where(tables[table].c.id == first).values({column: value}))
            db.session.expire_all()
            digest = record.digest(visit)
            db.session.rollback()
            assert digest not in seen, f"{table}.{column} = {value}"
            seen.add(digest)
    for deed in DEEDS:
        deed(people, visit)
        digest = record.digest(visit)
        db.session.rollback()
        assert digest not in seen
        seen.add(digest)


def test_the_other_visits_of_the_day_do_not_matter(people: Town):
    visit = rich(people)
    before = record.digest(visit)
    other = on_site(people)
    sample(people, other, number="HB-2611-7777")
    db.session.commit()
    assert record.digest(visit) == before != record.digest(other)


STROKES = {
    "nothing": "", "one point": "[[[10,10]]]", "a word": "hello", "an object": '{"a":1}', "a number": "7",
    "outside": "[[[10,10],[1001,10]]]", "below": "[[[10,-1],[100,10]]]", "infinite": "[[[1e999,1],[2,2]]]",
    "not a number": "[[[NaN,1],[2,2]]]", "text": '[["ab","cd"]]', "null": "null", "flat": "[1,2,3]",
    "deep": "[" * 5000, "too long": f"[[{','.join(['[1,1]'] * (MOST_POINTS + 1))}]]", "empty line": "[[]]",
    "huge": f"[[[{'9' * 4000},1],[2,2]]]",
}  # fmt: skip


@pytest.mark.parametrize("strokes", STROKES.values(), ids=STROKES)
def test_a_signature_that_did_not_arrive_whole_is_asked_for_again(people: Town, strokes: str):
    form = SignForm({"satisfaction": "4", "name": "김도현", "role": "정비과장", "strokes": strokes})
    assert not form.ok
    assert list(form.errors) == ["strokes"]


def test_handwriting_or_consent_one_of_them_is_needed(people: Town, browser: Browser):
    visit = on_site(people)
    advice(people, visit)
    db.session.commit()
    browser.login("mina@hanbit.example")
    typed = {"uuid": new_uuid(), "satisfaction": "5", "name": "김도현", "role": "정비과장", "strokes": ""}
    page = browser.post(f"/o/signature/{visit.uuid}", typed, status=422)
    assert "agree to sign with the typed name" in page.text
    assert page.select_one("[name=name]")["value"] == "김도현"

    browser.post(f"/o/signature/{visit.uuid}", {**typed, "consented": "y"})
    made = db.session.scalars(sa.select(Signature)).one()
    assert (made.strokes, made.consented, made.satisfaction) == (None, True, 5)


@pytest.mark.parametrize("mark", ["", "0", "6", "4.0", "four", "٤", "4 "])
def test_the_mark_is_from_one_to_five(people: Town, mark: str):
    form = SignForm({"satisfaction": mark, "name": "김도현", "role": "정비과장", "consented": "y"})
    assert not form.ok and list(form.errors) == ["satisfaction"]
