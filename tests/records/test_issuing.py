"""Issuing a record and approving it: what is frozen, who may, and what the database refuses."""

from __future__ import annotations

from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import pytest
import sqlalchemy as sa

from portal.journal.actions import head
from portal.journal.models import Entry
from portal.kit.db import db
from portal.kit.errors import NotYours, WrongState
from portal.kit.jobs import Job
from portal.records import actions
from portal.records.models import ALPHABET, Document, SigningKey, new_code
from tests.records import examples
from tests.records.conftest import NOON


def issued(house: SimpleNamespace, version: int = 1, **changes: Any) -> Document:
    own = {"number", "version", "code", "journal_seq", "journal_head"}
    facts = {name: value for name, value in examples.facts().items() if name not in own}
    how = {"subject": house.visit, "number": "V-2026-000041", "by": house.seojun, "at": NOON} | changes
    document = actions.issue(version=version, template="visits/record.html", facts=facts, language="ko", **how)
    db.session.commit()
    return document


def test_issuing_freezes_the_facts_with_what_is_printed(house: SimpleNamespace) -> None:
    actions.key_of(house.seojun, at=NOON)
    db.session.commit()
    before = head()
    document = issued(house)
    db.session.expire_all()
    assert document.facts["number"] == "V-2026-000041"
    assert document.facts["code"] == document.code
    assert (document.facts["journal_seq"], document.facts["journal_head"]) == before
    assert document.facts["customer"] == examples.facts()["customer"]
    assert (document.issued_by, document.issued_at, document.approved) == (house.seojun, NOON, False)


def test_issuing_writes_the_journal_and_leaves_one_job(house: SimpleNamespace) -> None:
    document = issued(house)
    entry = db.session.scalars(sa.select(Entry).where(Entry.what == "record.issued")).one()
    assert (entry.subject_id, entry.by_id) == (document.id, house.seojun.id)
    assert entry.facts["after"]["facts_sha256"] == document.facts_sha256
    [job] = db.session.scalars(sa.select(Job))
    assert (job.kind, job.dedup, job.payload) == ("records.seal", f"{document.uuid}:issue", {"uuid": document.uuid})


def test_a_second_person_approves(house: SimpleNamespace) -> None:
    document = issued(house)
    actions.countersign(document, by=house.eunyoung, at=NOON + timedelta(hours=4))
    db.session.commit()
    assert document.approved and document.countersigned_by is house.eunyoung
    assert len(db.session.scalars(sa.select(Job)).all()) == 2


def test_nobody_approves_what_they_signed(house: SimpleNamespace) -> None:
    with pytest.raises(NotYours):
        actions.countersign(issued(house), by=house.seojun, at=NOON)


def test_an_approved_record_is_not_approved_again(house: SimpleNamespace) -> None:
    document = issued(house)
    actions.countersign(document, by=house.eunyoung, at=NOON)
    with pytest.raises(WrongState):
        actions.countersign(document, by=house.donghyun, at=NOON)


def test_a_newer_version_replaces_the_older(house: SimpleNamespace) -> None:
    first, second = issued(house), issued(house, version=2)
    db.session.refresh(first)
    assert first.superseded_by is second and second.superseded_by is None
    assert actions.newest_of(house.visit) is second
    with pytest.raises(WrongState):
        actions.countersign(first, by=house.eunyoung, at=NOON)


def test_another_visit_is_left_alone(house: SimpleNamespace) -> None:
    other = issued(house, subject=house.other, number="V-2026-000042")
    issued(house)
    db.session.refresh(other)
    assert other.superseded_by is None


@pytest.mark.parametrize(
    ("values", "rule"),
    [
        ({"countersigned_by_id": "seojun", "countersigned_at": NOON}, "two_people_sign"),
        ({"countersigned_at": NOON}, "countersigned_by_someone"),
        ({"sealed_sha256": "a" * 64}, "sealed_means_both_signed"),
        ({"code": "short"}, "whole_code"),
    ],
)
def test_the_database_holds_the_promise_too(house: SimpleNamespace, values: dict[str, Any], rule: str) -> None:
    document = issued(house)
    values = {name: getattr(house, value).id if value == "seojun" else value for name, value in values.items()}
    with pytest.raises(sa.exc.IntegrityError, match=rule):
        db.session.execute(sa.update(Document).where(Document.id == document.id).values(**values))
    db.session.rollback()


def test_one_version_is_issued_once(house: SimpleNamespace) -> None:
    issued(house)
    with pytest.raises(sa.exc.IntegrityError):
        issued(house)
    db.session.rollback()


def test_a_person_has_one_key_and_it_lies_encrypted(house: SimpleNamespace) -> None:
    key = actions.key_of(house.seojun, at=NOON)
    assert actions.key_of(house.seojun, at=NOON + timedelta(days=300)) is key
    assert "PRIVATE" not in key.private_key and "BEGIN CERTIFICATE" in key.certificate
    twin = SigningKey(
        person_id=house.seojun.id,
        certificate="-",
        private_key="-",
        created_at=NOON,
        expires_at=NOON + timedelta(days=9),
    )
    db.session.add(twin)
    with pytest.raises(sa.exc.IntegrityError):
        db.session.flush()
    db.session.rollback()


def test_a_key_is_renewed_before_its_certificate_ends(house: SimpleNamespace) -> None:
    old = actions.key_of(house.seojun, at=NOON)
    later = old.expires_at - timedelta(days=3)
    new = actions.key_of(house.seojun, at=later)
    assert new is not old and old.revoked_at == later and new.expires_at > old.expires_at


def test_codes_are_long_and_have_no_look_alikes() -> None:
    codes = {new_code() for _ in range(500)}
    assert len(codes) == 500
    assert not set("01ILOU") & set(ALPHABET)
    assert all(len(code) == 20 and set(code) <= set(ALPHABET) for code in codes)
