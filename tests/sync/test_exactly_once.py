"""However often a letter arrives, from however many hands at once: one record, one row, one entry, one answer."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from portal.kit.clock import now
from portal.kit.db import canonical, db, new_uuid
from portal.oil.models import Sample
from portal.sync.models import SyncRecord
from portal.town import Town
from portal.visits.models import Photo, Signature, Visit
from tests.support.visits import picture
from tests.sync.conftest import Phone
from tests.sync.letters import bottle, envelope
from tests.visits.deeds import HOUR, PIN, SIGNED, count, on_site, planned, signed, told

MANY = 48


def once(what: str, model: type[Any], visit: Visit) -> None:
    """Exactly one record, one row of `model` at the visit, and one entry of the journal about it."""
    db.session.rollback()
    [row] = db.session.scalars(sa.select(model).where(model.visit_id == visit.id)).all()
    assert db.session.scalar(sa.select(SyncRecord.id)) == row.uuid and count(SyncRecord) == 1
    assert [e.subject_id for e in told(what)].count(row.id) == 1


def test_forty_eight_equal_letters_at_once_are_one_sample(people: Town, phone: Phone):
    visit = on_site(people)
    letter = envelope("sample", visit, bottle(people))
    answers = phone.at_once(MANY, lambda: phone.put(letter))

    assert sorted(a.status_code for a in answers) == [200] * (MANY - 1) + [201]
    assert len({a.data for a in answers}) == 1, "one answer"
    assert answers[0].json["id"] == letter["uuid"] and answers[0].json["status"] == "applied"
    assert [a.headers.get("Idempotent-Replay") == "true" for a in answers].count(True) == MANY - 1
    once("sample.taken", Sample, visit)


def test_forty_eight_equal_forms_at_once_are_one_sample(people: Town, phone: Phone):
    visit = on_site(people)
    form = {"uuid": new_uuid(), **bottle(people)}
    path = f"/o/sample/{visit.uuid}"
    answers = phone.at_once(MANY, lambda: phone.post(path, form))

    assert {a.status_code for a in answers} == {303}
    assert len({a.headers["Location"] for a in answers}) == 1
    once("sample.taken", Sample, visit)


def test_equal_photos_at_once_are_one_photo(people: Town, phone: Phone):
    visit = on_site(people)
    path, uuid, content = f"/o/photo/{visit.uuid}", new_uuid(), picture().getvalue()

    def send() -> Any:
        image = picture()
        assert image.getvalue() == content
        return phone.post(path, {"uuid": uuid, "caption": "계기판", "photo": (image, "a.jpg")})

    assert {a.status_code for a in phone.at_once(8, send)} == {303}
    once("photo.taken", Photo, visit)


def test_equal_submissions_at_once_are_one_version(people: Town, phone: Phone):
    visit = signed(people)
    form, path = {"uuid": new_uuid(), "pin": PIN["mina"]}, f"/o/submission/{visit.uuid}"
    assert {a.status_code for a in phone.at_once(8, lambda: phone.post(path, form))} == {303}
    db.session.refresh(visit)
    assert (visit.record_version, len(told("visit.submitted")), len(told("record.issued"))) == (1, 1, 1)


def test_two_different_letters_at_once_are_two_samples(people: Town, phone: Phone):
    visit = on_site(people)
    letters = [envelope("sample", visit, bottle(people, number=f"HB-2611-{n:04d}")) for n in range(12)]
    left = list(letters)
    answers = phone.at_once(len(letters), lambda: phone.put(left.pop()))
    assert {a.status_code for a in answers} == {201}
    assert {a.json["id"] for a in answers} == {letter["uuid"] for letter in letters}
    assert len(told("sample.taken")) >= 12


def test_two_arrivals_with_different_numbers_at_once_are_one_arrival(people: Town, phone: Phone):
    """Two hands press on two phones: the second is told, not doubled."""
    visit = planned(people)
    left = [envelope("check-in", visit, {}) for _ in range(6)]
    answers = phone.at_once(6, lambda: phone.put(left.pop()))
    assert sorted(a.status_code for a in answers) == [201] + [409] * 5
    assert (count(SyncRecord), len(told("visit.checked_in"))) == (1, 1)


def test_the_same_number_with_other_contents_is_refused_and_changes_nothing(people: Town, phone: Phone):
    visit = on_site(people)
    letter = envelope("sample", visit, bottle(people))
    first = phone.put(letter)
    for other in (
        {**letter, "payload": {**letter["payload"], "oil_hours": "271"}},
        {**letter, "kind": "guidance", "payload": {"topics": ["storage"], "text": "…"}},
        {**letter, "visit": on_site(people).uuid},
        {**letter, "base_version": 1},
        {**letter, "payload": {**letter["payload"], "batch_no": ""}},
    ):
        assert phone.put(other).status_code == 422
    assert phone.put(letter).data == first.data
    once("sample.taken", Sample, visit)


def test_a_form_with_the_same_number_and_other_contents_comes_back_in_words(people: Town, phone: Phone):
    visit = on_site(people)
    form = {"uuid": new_uuid(), **bottle(people)}
    path = f"/o/sample/{visit.uuid}"
    assert phone.post(path, form).status_code == 303
    answer = phone.post(path, {**form, "oil_hours": "271"})
    assert answer.status_code == 422 and "other contents" in answer.text
    once("sample.taken", Sample, visit)


def test_the_number_of_another_persons_record_is_refused(people: Town, phone: Phone, phones: Callable[[str], Phone]):
    minas, boras = on_site(people), on_site(people, people.bora)
    letter = envelope("sample", minas, bottle(people))
    assert phone.put(letter).status_code == 201
    bora = phones("bora")
    assert bora.put(letter).status_code == 404, "a visit that Bora may not know of"
    stolen = bora.put({**letter, "visit": boras.uuid})
    assert stolen.status_code == 422
    assert letter["payload"]["number"] not in stolen.text
    once("sample.taken", Sample, minas)


def test_the_answer_is_the_same_long_after_the_visit_was_signed(people: Town, phone: Phone):
    visit = on_site(people)
    letters = [
        envelope("sample", visit, bottle(people)),
        envelope("guidance", visit, {"topics": ["storage"], "text": "주유구를 닦습니다."}),
        envelope("signature", visit, {key: value for key, value in SIGNED.items() if key != "consented"}),
    ]
    first = [phone.put(letter) for letter in letters]
    assert [a.status_code for a in first] == [201, 201, 201]
    again = [phone.put(letter) for letter in letters]
    assert [(a.status_code, a.data) for a in again] == [(200, a.data) for a in first]
    assert (count(Signature), count(SyncRecord)) == (1, 3)

    late = phone.put(envelope("sample", visit, bottle(people, number="HB-2611-0428")))
    assert late.status_code == 409, "a new one is another matter"


def test_a_form_and_a_letter_of_the_same_contents_are_one_record(people: Town, phone: Phone):
    visit = on_site(people)
    letter = envelope("guidance", visit, {"topics": ["storage", "safety"], "text": "Wipe it."})
    assert phone.put(letter).status_code == 201
    form = {"uuid": letter["uuid"], **letter["payload"]}
    assert phone.post(f"/o/guidance/{visit.uuid}", form).status_code == 303
    assert count(SyncRecord) == 1


def test_the_letter_is_kept_as_it_came(people: Town, phone: Phone):
    visit = on_site(people)
    letter = envelope("sample", visit, bottle(people, observed="출력 저하 “…”", unknown_to_us="kept"))
    phone.put(letter)
    record = db.session.scalars(sa.select(SyncRecord)).one()
    assert '"unknown_to_us":"kept"' in record.body and "출력 저하 “…”" in record.body
    assert record.person_id == people.mina.id
    assert canonical(record.result["id"]) == canonical(letter["uuid"])


def test_a_letter_must_go_to_its_own_address(people: Town, phone: Phone):
    visit = on_site(people)
    letter = envelope("sample", visit, bottle(people))
    assert phone.put(letter, uuid=new_uuid()).status_code == 422
    assert count(SyncRecord) == 0


@pytest.mark.parametrize("kind", ["photo", "submission", "approval", "", "Sample", "sample " * 40])
def test_what_needs_a_file_or_a_pin_does_not_come_as_a_letter(people: Town, phone: Phone, kind: str):
    visit = signed(people)
    assert phone.put(envelope(kind, visit, {"pin": PIN["mina"], "caption": "x"})).status_code == 422
    assert count(SyncRecord) == 0


def test_a_refused_letter_leaves_its_number_free(people: Town, phone: Phone):
    visit = on_site(people)
    letter = envelope("sample", visit, bottle(people, oil_hours="99999"))
    assert phone.put(letter).status_code == 422
    assert phone.put({**letter, "payload": bottle(people)}).status_code == 201


SLOW, FAST = timedelta(days=-40), timedelta(days=40)


@pytest.mark.parametrize("off", [SLOW, FAST, timedelta(minutes=6), timedelta(minutes=-6)])
def test_a_clock_that_is_wrong_is_put_right_and_marked(people: Town, phone: Phone, off: timedelta):
    visit, real = on_site(people), now() - HOUR
    clock = {"occurred": (real + off).isoformat(), "sent": (now() + off).isoformat()}
    letter = envelope("sample", visit, bottle(people), **clock)
    assert phone.put(letter).status_code == 201

    record, sample = db.session.scalars(sa.select(SyncRecord)).one(), newest_sample()
    assert abs(sample.taken_at - real) < timedelta(minutes=2)
    assert record.occurred_at == sample.taken_at <= record.received_at
    assert record.clock_suspect
    assert abs(record.skew_ms + off / timedelta(milliseconds=1)) < 120_000
    assert record.device_time and record.device_time[:16] == (real + off).isoformat()[:16]


def test_a_clock_that_is_right_is_not_marked(people: Town, phone: Phone):
    visit = on_site(people)
    phone.put(envelope("sample", visit, bottle(people)))
    assert not db.session.scalars(sa.select(SyncRecord.clock_suspect)).one()


def test_nothing_happens_in_the_future(people: Town, phone: Phone):
    visit = on_site(people)
    letter = envelope("sample", visit, bottle(people), occurred=(now() + timedelta(days=3)).isoformat())
    assert phone.put(letter).status_code == 201
    record = db.session.scalars(sa.select(SyncRecord)).one()
    assert record.occurred_at == record.received_at == newest_sample().taken_at


def test_the_zone_of_the_phone_does_not_matter(people: Town, phone: Phone):
    visit, at = on_site(people), now()
    letter = envelope("sample", visit, bottle(people), occurred="2026-11-23T10:00:00+09:00", sent=at.isoformat())
    phone.put(letter)
    assert abs(newest_sample().taken_at.timestamp() - 1_795_395_600) < 120


def test_the_day_in_the_record_is_that_of_the_work_not_of_the_signal(people: Town, phone: Phone):
    """Recorded in the pit, sent in the evening."""
    visit, at = on_site(people), now()
    letter = envelope("sample", visit, bottle(people), occurred=(at - 9 * HOUR).isoformat(), sent=at.isoformat())
    phone.put(letter)
    entry = told("sample.taken")[-1]
    assert abs(entry.at - (at - 9 * HOUR)) < timedelta(minutes=1) < entry.written_at - entry.at


def test_a_cloned_phone_is_believed_but_its_count_is_not(people: Town, phone: Phone):
    visit, device = on_site(people), new_uuid()
    letters = [
        envelope("sample", visit, bottle(people, number=f"HB-2611-000{n}"), device=device, seq=seq)
        for n, seq in enumerate([1, 1, 2])
    ]
    assert [phone.put(letter).status_code for letter in letters] == [201, 201, 201]
    kept = [db.session.get(SyncRecord, letter["uuid"]).device_seq for letter in letters]
    assert kept == [1, None, 2]


def test_a_cloned_phone_at_the_same_moment_loses_nothing(people: Town, phone: Phone):
    visit, device = on_site(people), new_uuid()
    left = [envelope("sample", visit, bottle(people, number=f"HB-2611-000{n}"), device=device, seq=1) for n in range(6)]
    letters = list(left)
    phone.at_once(6, lambda: phone.put(left.pop()))
    assert {phone.put(letter).status_code for letter in letters} == {200}, "each was kept the first time"
    seqs = [db.session.get(SyncRecord, letter["uuid"]).device_seq for letter in letters]
    assert sorted(seqs, key=str) == [1] + [None] * 5


def newest_sample() -> Sample:
    return db.session.scalars(sa.select(Sample).order_by(Sample.id.desc()).limit(1)).one()
