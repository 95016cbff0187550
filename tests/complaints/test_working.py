"""From the first word to the lesson: each step counts once, and nothing is settled without the customer's word."""

from __future__ import annotations

from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm.exc import StaleDataError

from portal.complaints import actions
from portal.complaints.kinds import Channel, ComplaintState, CustomerWord, StepKind
from portal.complaints.models import Complaint, ComplaintStep
from portal.kit.db import db, new_uuid
from portal.kit.errors import NotValid, WrongState
from portal.people.models import Person
from portal.town import Town
from tests.complaints.deeds import HOUR, MONDAY_9AM, closed, count, received, settle, settled, step, told


def test_what_was_said_is_kept_and_told_to_the_journal(people: Town):
    complaint = received(people, machine=people.truck.uuid, product=people.engine.product.uuid)
    assert complaint.state is ComplaintState.RECEIVED and complaint.owner_id is None
    assert (complaint.machine, complaint.site, complaint.product) == (people.truck, people.pit, people.engine.product)
    assert complaint.number == f"C-2026-{complaint.id:06d}"
    [entry] = told("complaint.received")
    assert entry.by_id == people.desk.id and entry.subject_id == complaint.id
    assert entry.facts["after"]["description"] == complaint.description


def test_a_machine_of_somebody_else_is_refused(people: Town):
    elsewhere = people.plant.machines[0]
    with pytest.raises(NotValid):
        received(people, machine=elsewhere.uuid)


def test_a_product_nobody_knows_is_refused(people: Town):
    with pytest.raises(NotValid):
        received(people, product=new_uuid())


def test_it_carries_the_dealer_by_whom_or_through_whom_it_came(people: Town):
    people.mine.dealer_id = people.kim.dealer_id
    assert received(people, by=people.kim, channel=Channel.PHONE).dealer_id == people.kim.dealer_id
    assert received(people, channel=Channel.DEALER).dealer_id == people.kim.dealer_id
    assert received(people, channel=Channel.PHONE).dealer_id is None


def test_the_first_to_work_on_it_becomes_its_owner(people: Town):
    complaint = received(people)
    step(people, complaint, StepKind.CONTAINED, by=people.mina)
    step(people, complaint, StepKind.CAUSE, by=people.desk)
    assert complaint.owner_id == people.mina.id and complaint.state is ComplaintState.WORKING


def test_only_the_first_answer_counts(people: Town):
    complaint = received(people)
    step(people, complaint, StepKind.ANSWERED, by=people.mina, hours=1)
    step(people, complaint, StepKind.ANSWERED, by=people.bora, hours=2)
    assert (complaint.answered_at, complaint.answered_by_id) == (MONDAY_9AM + HOUR, people.mina.id)
    assert len(told("complaint.answered")) == 1 and len(told("complaint.step")) == 1
    assert [s.kind for s in complaint.steps] == [StepKind.ANSWERED, StepKind.ANSWERED]


def test_other_steps_do_not_answer(people: Town):
    complaint = received(people)
    for kind in (StepKind.CONTAINED, StepKind.INVESTIGATED, StepKind.CAUSE, StepKind.REMEDY):
        step(people, complaint, kind)
    assert complaint.answered_at is None and not told("complaint.answered")


@pytest.mark.parametrize("kind", [StepKind.SETTLED, StepKind.CLOSED])
def test_settling_and_closing_are_not_mere_steps(people: Town, kind: StepKind):
    with pytest.raises(NotValid):
        step(people, received(people), kind)


@pytest.mark.parametrize("word", [CustomerWord.ACCEPTED, CustomerWord.PARTLY])
def test_the_customers_word_settles_it_also_at_once(people: Town, word: CustomerWord):
    complaint = received(people)
    settle(people, complaint, word)
    assert complaint.state is ComplaintState.SETTLED and complaint.settled_at == MONDAY_9AM + 2 * HOUR
    assert (complaint.customer_word, complaint.accepted_by, complaint.remedy) == (word, "김도현", "새 드럼 2개 교환")
    assert complaint.answered_at == MONDAY_9AM + 2 * HOUR, "who hears a remedy has been answered"
    assert [e.facts["word"] for e in told("complaint.settled")] == [word.value]
    assert len(told("complaint.answered")) == 1


def test_a_remedy_the_customer_refuses_settles_nothing(people: Town):
    complaint = received(people)
    made = settle(people, complaint, CustomerWord.REFUSED)
    assert complaint.state is ComplaintState.WORKING
    assert (complaint.settled_at, complaint.customer_word, complaint.remedy) == (None, None, "")
    assert made.kind is StepKind.REMEDY and "새 드럼" in made.text and "김도현" in made.text
    assert not told("complaint.settled")
    assert [e.facts["word"] for e in told("complaint.step")] == ["refused"]
    settle(people, complaint)
    assert complaint.state is ComplaintState.SETTLED


def test_it_is_closed_with_a_lesson_and_only_when_settled(people: Town):
    complaint = received(people)
    with pytest.raises(WrongState, match="Settle it"):
        actions.close(complaint, "Lesson", uuid=new_uuid(), by=people.desk, at=MONDAY_9AM)
    settle(people, complaint)
    actions.close(complaint, "Lesson", uuid=new_uuid(), by=people.desk, at=MONDAY_9AM + 3 * HOUR)
    assert complaint.state is ComplaintState.CLOSED and complaint.lesson == "Lesson"
    assert [e.facts["after"]["state"] for e in told("complaint.closed")] == ["closed"]


def close_it(complaint: Complaint, by: Person) -> None:
    actions.close(complaint, "Again", uuid=new_uuid(), by=by, at=MONDAY_9AM)


def take_it(complaint: Complaint, by: Person) -> None:
    actions.take(complaint, by=by, at=MONDAY_9AM)


def work_on_it(complaint: Complaint, by: Person) -> None:
    actions.add_step(complaint, StepKind.CAUSE, "Late", uuid=new_uuid(), by=by, at=MONDAY_9AM)


def settle_it(complaint: Complaint, by: Person) -> None:
    said: Any = {"remedy": "New", "word": CustomerWord.ACCEPTED, "accepted_by": "Kim"}
    actions.settle(complaint, **said, uuid=new_uuid(), by=by, at=MONDAY_9AM)


@pytest.mark.parametrize("verb", [close_it, take_it, work_on_it, settle_it])
def test_nothing_happens_to_a_closed_one(people: Town, verb: Any):
    complaint = closed(people)
    with pytest.raises(WrongState, match="Register a new one"):
        verb(complaint, people.desk)


def test_a_settled_one_is_not_settled_again_but_its_cause_may_still_be_found(people: Town):
    complaint = settled(people)
    with pytest.raises(WrongState, match="settled already"):
        settle_it(complaint, people.desk)
    step(people, complaint, StepKind.CAUSE)
    assert complaint.state is ComplaintState.SETTLED


def test_one_takes_it_and_a_second_is_told_who_has_it(people: Town):
    complaint = received(people)
    take_it(complaint, people.mina)
    take_it(complaint, people.mina)
    db.session.commit()
    assert complaint.owner == people.mina and len(told("complaint.taken")) == 1
    with pytest.raises(WrongState, match=people.mina.name):
        take_it(complaint, people.bora)


def test_it_is_handed_over_to_who_can_work_on_it(people: Town):
    complaint = received(people)
    take_it(complaint, people.mina)
    actions.hand_over(complaint, people.bora, by=people.han, at=MONDAY_9AM)
    db.session.commit()
    assert complaint.owner == people.bora
    [entry] = told("complaint.handed_over")
    assert entry.facts == {"before": {"owner_id": people.mina.id}, "after": {"owner_id": people.bora.id}}
    with pytest.raises(NotValid):
        actions.hand_over(complaint, people.kim, by=people.han, at=MONDAY_9AM)
    people.jun.locked_at = MONDAY_9AM
    with pytest.raises(NotValid):
        actions.hand_over(complaint, people.jun, by=people.han, at=MONDAY_9AM)


def test_of_two_hands_the_second_is_refused(people: Town):
    complaint = received(people)
    assert complaint.version == 1, "read before the other hand changes it"
    db.session.execute(
        sa.update(Complaint).values(version=Complaint.version + 1).execution_options(synchronize_session=False)
    )
    with pytest.raises(StaleDataError):
        take_it(complaint, people.mina)


def test_open_ones_of_a_customer_are_found_oldest_first(people: Town):
    late, early = received(people, at=MONDAY_9AM + HOUR), received(people)
    settled(people)
    received(people, customer=people.plant.customer)
    assert list(db.session.scalars(Complaint.open_of(people.mine.id))) == [early, late]


@pytest.mark.parametrize(
    "lie",
    [
        {"state": "settled", "settled_at": MONDAY_9AM, "remedy": "New oil"},  # no word
        {"state": "settled", "settled_at": MONDAY_9AM, "customer_word": "accepted"},  # no remedy
        {"state": "settled", "remedy": "New oil", "customer_word": "accepted"},  # at no time
        {"state": "working", "settled_at": MONDAY_9AM, "remedy": "New oil", "customer_word": "accepted"},
        {"state": "closed"},
        {"customer_word": "accepted"},
        {"closed_at": MONDAY_9AM},
        {"answered_at": MONDAY_9AM},  # by nobody
        {"description": ""},
        {"state": "forgotten"},
    ],
)
def test_the_database_refuses_what_did_not_happen(people: Town, lie: dict[str, Any]):
    complaint = received(people)
    columns = {name: sa.literal(value) if isinstance(value, str) else value for name, value in lie.items()}
    with pytest.raises(IntegrityError):
        db.session.execute(sa.update(Complaint.__table__).where(Complaint.id == complaint.id).values(columns))
    db.session.rollback()


def test_the_database_refuses_a_close_without_a_lesson_and_a_step_without_words(people: Town):
    complaint = settled(people)
    with pytest.raises(IntegrityError):
        actions.close(complaint, "", uuid=new_uuid(), by=people.desk, at=MONDAY_9AM)
    db.session.rollback()
    with pytest.raises(IntegrityError):
        actions.add_step(complaint, StepKind.CAUSE, "", uuid=new_uuid(), by=people.desk, at=MONDAY_9AM)
    db.session.rollback()


def test_one_step_has_one_uuid(people: Town):
    complaint, uuid = received(people), new_uuid()
    press = {"uuid": uuid, "by": people.mina, "at": MONDAY_9AM}
    actions.add_step(complaint, StepKind.CAUSE, "Text", **press)
    db.session.commit()
    with pytest.raises(IntegrityError):
        actions.add_step(complaint, StepKind.CAUSE, "Text", **press)
    db.session.rollback()
    assert count(ComplaintStep) == 1
