"""A complaint is registered once, by whoever hears it, for customers they serve."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from portal.complaints.kinds import Channel
from portal.complaints.models import Complaint
from portal.customers.models import Customer
from portal.customers.search import relearn
from portal.kit.db import db, new_uuid
from portal.town import Town
from tests.complaints.deeds import MONDAY_9AM, count, received, told
from tests.support.client import SAME_ORIGIN, Browser

NEW = "/complaints/new"


def intake(people: Town, **changes: Any) -> dict[str, Any]:
    given = {
        "category": "quality", "severity": "major", "channel": "phone", "description": "Cloudy oil",
        "contact": str(people.foreman.id),
    }  # fmt: skip
    return {"uuid": new_uuid(), "customer": str(people.mine.id), **given, **changes}


@pytest.fixture
def sold(people: Town) -> Customer:
    """A customer in Mina's region to whom Kim's company sells."""
    people.mine.dealer_id = people.kim.dealer_id
    db.session.commit()
    return people.mine


def test_the_desk_registers_a_call_in_eight_touches_and_text(people: Town, browser: Browser):
    """The tab, Register, the customer, category, severity, the box for the words, the contact, Save: 12 are allowed.

    Searching for the customer costs one more, the box of the search. The channel of a call is chosen already.
    """
    received(people)
    browser.login("desk@hanbit.example")
    page = browser.get("/complaints")
    assert page.select_one(f"a[href='{NEW}']")
    page = browser.get(NEW)
    assert page.select_one(f"#found a[href='{NEW}?customer={people.mine.id}']")
    page = browser.get(f"{NEW}?customer={people.mine.id}")
    form = browser.fill(page, NEW)
    assert form["channel"] == ["phone"], "chosen already"
    taps = {"category": "quality", "severity": "major", "contact": str(people.foreman.id)}
    browser.post(NEW, {**form, **taps, "description": "Cloudy oil"})

    complaint = db.session.scalars(sa.select(Complaint).order_by(Complaint.id.desc())).first()
    assert (complaint.customer, complaint.channel) == (people.mine, Channel.PHONE)
    assert (complaint.contact_name, complaint.contact_phone) == (people.foreman.name, people.foreman.phone)
    assert people.foreman.name in browser.follow().text


def test_oils_machines_and_people_of_the_customer_are_offered(people: Town, browser: Browser):
    page = browser.login("desk@hanbit.example").get(f"{NEW}?customer={people.mine.id}")
    offered = {o["value"] for o in page.select("[name=product] option, [name=machine] option")}
    assert {people.truck.uuid, people.engine.product.uuid} <= offered
    assert people.plant.machines[0].uuid not in offered
    assert page.select(f"[name=contact][value='{people.foreman.id}']")


def test_a_customer_is_found_by_initial_consonants_and_by_a_machine(people: Town, browser: Browser):
    relearn()
    db.session.commit()
    browser.login("desk@hanbit.example")
    page = browser.get(f"{NEW}?q={people.truck.number}")
    [link] = page.select(f"#found a[href*='machine={people.truck.id}']")
    page = browser.get(str(link["href"]))
    assert page.select_one("[name=machine] option[selected]")["value"] == people.truck.uuid
    piece = browser.get(f"{NEW}?q=없는이름", headers={"HX-Request": "true"})
    assert "Try a shorter part" in piece.text and not piece.select("html")


@pytest.mark.parametrize(("who", "channel"), [("desk", "phone"), ("mina", "visit"), ("han", "phone")])
def test_the_channel_one_mostly_hears_by_is_chosen(people: Town, browser: Browser, who: str, channel: str):
    page = browser.login(f"{who}@hanbit.example").get(f"{NEW}?customer={people.mine.id}")
    assert [box["value"] for box in page.select("[name=channel][checked]")] == [channel]


def test_a_dealer_registers_for_those_it_sells_to_without_seeing_their_file(
    people: Town, browser: Browser, sold: Customer
):
    browser.login("kim@dure.example")
    page = browser.get(f"{NEW}?q={sold.name[:2]}")
    assert page.select(f"#found a[href='{NEW}?customer={sold.id}']")
    page = browser.get(f"{NEW}?customer={sold.id}")
    assert people.truck.number not in page.text and people.foreman.name not in page.text
    assert page.select_one("[name=channel][checked]")["value"] == "dealer"
    assert len(page.select("[name=product] option")) == len(people.products) + 1
    browser.post(NEW, intake(people, contact="", contact_name="Park"))
    complaint = db.session.scalars(sa.select(Complaint)).one()
    assert complaint.dealer_id == people.kim.dealer_id and complaint.received_by == people.kim
    browser.follow()


@pytest.mark.parametrize(("who", "at"), [("park@maru.example", "mine"), ("mina@hanbit.example", "plant")])
def test_nobody_registers_for_a_customer_they_do_not_serve(people: Town, browser: Browser, who: str, at: str):
    customer = people.mine if at == "mine" else people.plant.customer
    browser.login(who)
    browser.get(f"{NEW}?customer={customer.id}", status=404)
    browser.post(NEW, intake(people, customer=str(customer.id)), status=404)
    assert count(Complaint) == 0


def test_an_archived_file_takes_no_new_complaint_but_its_old_ones_are_read(people: Town, browser: Browser):
    complaint = received(people)
    people.mine.archived_at = MONDAY_9AM
    browser.login("desk@hanbit.example").get(f"{NEW}?customer={people.mine.id}", status=404)
    assert complaint.number in browser.get(f"/complaints?customer={people.mine.id}").text


def test_a_name_that_was_written_wins_over_the_known_contact(people: Town, browser: Browser):
    browser.login("desk@hanbit.example").post(NEW, intake(people, contact_name="Lee", contact_phone="02-1"))
    complaint = db.session.scalars(sa.select(Complaint)).one()
    assert (complaint.contact_name, complaint.contact_phone) == ("Lee", "02-1")


@pytest.mark.parametrize(
    ("missing", "say"),
    [
        ({"category": ""}, "Choose what it is about."),
        ({"severity": ""}, "Choose how serious it is."),
        ({"channel": ""}, "Choose how it reached us."),
        ({"description": " "}, "Write what the customer says."),
        ({"contact": ""}, "Choose who complains, or write the name."),
        ({"contact": "999999"}, "This person is not in the customer's file."),
        ({"machine": new_uuid()}, "This machine is not at this customer's."),
        ({"product": new_uuid()}, "Choose a product from the list."),
        ({"category": "weather"}, "Invalid Choice"),
    ],
)
def test_what_is_missing_is_said_beside_its_box_and_the_rest_is_kept(
    people: Town, browser: Browser, missing: dict[str, str], say: str
):
    browser.login("desk@hanbit.example")
    form = intake(people, asks="Two new drums", **missing)
    page = browser.post(NEW, form, status=422)
    assert say in page.select_one(".err").text
    assert "Two new drums" in page.select_one("[name=asks]").text
    assert page.select_one("[name=uuid]")["value"] == form["uuid"]
    assert count(Complaint) == 0


@pytest.mark.parametrize(
    "junk",
    [
        {"customer": "9" * 30}, {"customer": "\x00"}, {"customer": "1 OR 1=1"}, {"customer": ""}, {"contact": "\x00"},
        {"description": "\x00"}, {"description": "x" * 2001}, {"batch_no": "x" * 41}, {"machine": "\x00"},
        {"product": "'; DROP TABLE complaints; --"}, {"uuid": "\x00"}, {"uuid": ""}, {"severity": "٣"},
    ],
)  # fmt: skip
def test_nonsense_never_breaks(people: Town, browser: Browser, junk: dict[str, str]):
    browser.login("desk@hanbit.example")
    answer = browser._ask(browser.client.post, NEW, data=intake(people, **junk), headers=SAME_ORIGIN)
    assert answer.status_code in {303, 404, 422}


def test_sent_twice_it_is_registered_once(people: Town, browser: Browser):
    browser.login("desk@hanbit.example")
    form = intake(people)
    for _press in range(2):
        browser.post(NEW, form)
        browser.follow()
    assert (count(Complaint), len(told("complaint.received"))) == (1, 1)


def test_sent_twice_at_once_it_is_registered_once(people: Town, bare_app: Flask):
    form, start = intake(people), threading.Barrier(4)
    cookie = Browser(bare_app).login("desk@hanbit.example").client.get_cookie("sid")
    db.session.rollback()

    def press() -> int:
        client = bare_app.test_client()
        client.set_cookie("sid", cookie.value)
        start.wait()
        return client.post(NEW, data=form, headers=SAME_ORIGIN).status_code

    with ThreadPoolExecutor(4) as hands:
        answers = [hand.result() for hand in [hands.submit(press) for _ in range(4)]]
    assert answers == [303] * 4
    assert (count(Complaint), len(told("complaint.received"))) == (1, 1)
