"""Every part of a visit: recorded by the engineer or who goes along, while on site, and told to the journal."""

from __future__ import annotations

import io
from collections.abc import Callable
from typing import Any

import pytest

from portal.complaints.models import Complaint, ComplaintStep
from portal.customers.models import Promise
from portal.fieldwork.models import Finding, LeftOver, Training
from portal.guidance.models import Guidance
from portal.kit.db import db, new_uuid
from portal.kit.errors import NotYours, WrongState
from portal.oil.models import Sample
from portal.people.models import Person
from portal.town import Town
from portal.visits import lists, record
from portal.visits.models import Photo, Visit
from tests.support.client import Browser
from tests.support.visits import picture
from tests.visits import deeds
from tests.visits.deeds import HOUR, MONDAY_9AM, SHA, advice, count, on_site, photo, planned, sample, signed, told

Deed = Callable[..., Any]
DEEDS = pytest.mark.parametrize(
    ("deed", "what", "model"),
    [
        (sample, "sample.taken", Sample), (advice, "guidance.given", Guidance), (photo, "photo.taken", Photo),
        (deeds.training, "training.given", Training), (deeds.finding, "finding.made", Finding),
        (deeds.promise, "promise.given", Promise), (deeds.left_over, "left_over.left", LeftOver),
        (deeds.complaint, "complaint.received", Complaint), (deeds.step, "complaint.step", ComplaintStep),
        (deeds.settled, "complaint.settled", ComplaintStep),
    ],
    ids=["sample", "guidance", "photo", "training", "finding", "promise", "left-over", "complaint", "step", "settle"],
)  # fmt: skip


@DEEDS
def test_what_is_recorded_belongs_to_the_visit_and_the_journal_knows(
    people: Town, deed: Deed, what: str, model: type[Any]
):
    visit = on_site(people)
    made = deed(people, visit)
    db.session.commit()

    assert made.visit_id == visit.id
    entry = told(what)[-1]
    subject = made.complaint if model is ComplaintStep else made
    assert (entry.subject_kind, entry.subject_id) == (subject.__tablename__, subject.id)
    assert (entry.by_id, entry.at) == (people.mina.id, MONDAY_9AM + HOUR)
    assert len(record.content(visit)) == 1 and lists.has_content(visit)


@DEEDS
def test_before_arrival_nothing_is_recorded(people: Town, deed: Deed, what: str, model: type[Any]):
    before = len(told(what))
    with pytest.raises(WrongState, match=r"Check in first\."):
        deed(people, planned(people))
    assert len(told(what)) == before


@DEEDS
def test_after_the_customer_has_signed_nothing_is_added(people: Town, deed: Deed, what: str, model: type[Any]):
    visit, before = signed(people), len(told(what))
    with pytest.raises(WrongState, match="Add it to the next visit"):
        deed(people, visit)
    assert len(told(what)) == before


@DEEDS
def test_who_goes_along_records_too(people: Town, deed: Deed, what: str, model: type[Any]):
    visit = on_site(people)
    visit.co_visitor = people.bora
    deed(people, visit, by=people.bora)
    db.session.commit()
    assert told(what)[-1].by_id == people.bora.id


@DEEDS
@pytest.mark.parametrize("who", ["bora", "han", "dana"])
def test_nobody_writes_in_somebody_elses_visit(people: Town, deed: Deed, what: str, model: type[Any], who: str):
    stranger: Person = getattr(people, who)
    with pytest.raises(NotYours, match=people.mina.name):
        deed(people, on_site(people), by=stranger)


def test_a_photo_keeps_its_bytes_name_size_and_words(people: Town):
    visit = on_site(people)
    made = photo(people, visit)
    db.session.commit()
    assert (made.sha256, made.width_px, made.height_px, made.caption) == (SHA, 16, 12, "계기판")
    assert (made.taken_by_id, made.taken_at) == (people.mina.id, MONDAY_9AM + HOUR)


def test_content_comes_in_the_order_in_which_it_was_recorded(people: Town):
    visit = on_site(people)
    for number in ("HB-2611-0900", "HB-2611-0100", "HB-2611-0500"):
        sample(people, visit, number=number, at=MONDAY_9AM + HOUR)
    db.session.commit()
    assert [s.number for s in record.content(visit).samples] == ["HB-2611-0900", "HB-2611-0100", "HB-2611-0500"]


def form_of_sample(visit: Visit, compartment: str, **changes: str) -> dict[str, Any]:
    return {
        "uuid": new_uuid(), "compartment": compartment, "number": "HB-2611-0427", "machine_hours": "12,450",
        "oil_hours": "270", "oil_changed": "no", "reason": "routine", "visual": ["dark"], **changes,
    }  # fmt: skip


def test_a_compartment_of_another_site_is_refused_in_words(people: Town, browser: Browser):
    visit, elsewhere = on_site(people), people.english.machines[0].compartments[0].uuid
    before = count(Sample)
    browser.login("mina@hanbit.example")
    page = browser.post(f"/o/sample/{visit.uuid}", form_of_sample(visit, elsewhere), status=422)

    assert "not at this site" in page.text
    assert count(Sample) == before


def test_what_is_refused_comes_back_as_it_was_typed(people: Town, browser: Browser):
    visit = on_site(people)
    browser.login("mina@hanbit.example")
    form = form_of_sample(visit, people.engine.uuid, machine_hours="twelve", observed="black smoke")
    page = browser.post(f"/o/sample/{visit.uuid}", form, status=422)

    assert page.select_one("[name=machine_hours]")["value"] == "twelve"
    assert page.select_one("[name=observed]").text.strip() == "black smoke"
    assert page.select_one("[name=uuid]")["value"] == form["uuid"], "the same record, sent again"


def test_a_photo_arrives_clean_and_can_be_looked_at_by_those_who_see_the_visit(
    people: Town, browser: Browser, bare_app: Any
):
    visit = on_site(people)
    browser.login("mina@hanbit.example")
    data = {"uuid": new_uuid(), "caption": "계기판", "photo": (picture(), "a.jpg")}
    browser.post(f"/o/photo/{visit.uuid}", data, content_type="multipart/form-data")

    image = browser.follow().select_one(".thumbs img")
    browser.get(image["src"])
    assert browser.last.mimetype == "image/jpeg"
    assert "sandbox" in browser.last.headers["Content-Security-Policy"]
    browser.last.close()
    Browser(bare_app).login("jun@hanbit.example").get(image["src"], status=404)


NO_PHOTOS = {
    "pdf": b"%PDF-1.7",
    "svg": b"<svg xmlns='http://www.w3.org/2000/svg'/>",
    "cut": b"\xff\xd8\xff",
    "empty": b"",
}


@pytest.mark.parametrize("content", NO_PHOTOS.values(), ids=NO_PHOTOS)
def test_what_is_no_photo_is_refused_in_words(people: Town, browser: Browser, content: bytes):
    visit = on_site(people)
    browser.login("mina@hanbit.example")
    data = {"uuid": new_uuid(), "caption": "계기판", "photo": (io.BytesIO(content), "a.jpg")}
    page = browser.post(f"/o/photo/{visit.uuid}", data, status=422, content_type="multipart/form-data")
    assert page.select_one("[name=caption]")["value"] == "계기판"
    assert count(Photo) == 0
