"""What opens when a code is scanned or typed, for whom, and what is said when nothing does."""

from __future__ import annotations

from urllib.parse import urlsplit

import pytest

from portal.customers.models import Compartment
from portal.kit.db import db
from portal.oil.bottle import bottle_number
from portal.town import Town
from tests.support.client import Browser
from tests.visits.test_pages import counted

FREE = bottle_number(123)


def leads(browser: Browser, path: str) -> str:
    browser.get(path, 303)
    assert browser.last is not None
    target = urlsplit(browser.last.headers["Location"])
    return target.path + (f"?{target.query}" if target.query else "")


@pytest.fixture
def mina(browser: Browser, people: Town) -> Browser:
    return browser.login(people.mina.email)


def foreign(people: Town) -> Compartment:
    """A compartment in Jun's region."""
    return next(c for machine in people.plant.machines for c in machine.compartments)


def test_the_label_of_a_compartment_opens_its_machine(mina: Browser, people: Town):
    code = people.engine.label_code
    assert leads(mina, f"/q/{code}") == f"/machines/{people.truck.id}"
    assert leads(mina, f"/q/{str(code).lower()}") == f"/machines/{people.truck.id}"
    assert leads(mina, f"/q?code=https://anywhere.example/q/{code}") == f"/machines/{people.truck.id}"


def test_at_a_visit_it_opens_the_sample_of_that_compartment(mina: Browser, people: Town):
    uuid = people.engine.uuid
    assert leads(mina, f"/q/{people.engine.label_code}?visit=7") == f"/visits/7/sample?compartment={uuid}"
    assert leads(mina, f"/q/{FREE}?visit=7") == f"/visits/7/sample?number={FREE}"


def test_bottle_and_compartment_in_any_order_end_in_the_sample_with_both(mina: Browser, people: Town):
    code, uuid = people.engine.label_code, people.engine.uuid
    both = f"/visits/7/sample?compartment={uuid}&number={FREE}"
    assert leads(mina, f"/q?code={code}&visit=7&pair=y") == f"/scan?visit=7&compartment={uuid}"
    assert leads(mina, f"/q?code={FREE}&visit=7&pair=y&compartment={uuid}") == both
    assert leads(mina, f"/q?code={FREE}&visit=7&pair=y") == f"/scan?visit=7&number={FREE}"
    assert leads(mina, f"/q?code={code}&visit=7&pair=y&number={FREE}") == both


def test_the_camera_says_what_is_found_and_what_is_missing(mina: Browser, people: Town):
    page = mina.get(f"/scan?visit=7&compartment={people.engine.uuid}")
    assert page.h1.text == "Scan the bottle"
    assert people.truck.number in page.select_one(".note-ok").text
    assert page.select_one("[name=compartment]")["value"] == people.engine.uuid
    assert page.select_one(f'a[href="/visits/7/sample?compartment={people.engine.uuid}"]')
    assert mina.get(f"/scan?visit=7&number={FREE}").h1.text == "Scan the label on the machine"
    assert mina.get("/scan?visit=x&compartment=y&number=z").h1.text == "Scan a label"


def test_nothing_is_loaded_before_the_camera_needs_it(mina: Browser):
    page = mina.get("/scan")
    assert [script["src"].split("?")[0] for script in page.select("head script[src]")][-1] == "/static/scan.js"
    assert '<template id="reader"><script nonce=' in mina.last.text, "inert until scan.js takes it out"
    assert "/static/vendor/zxing_reader.wasm?v=" in page.select_one("#camera")["data-wasm"]


def test_a_known_bottle_opens_its_sample(mina: Browser, people: Town):
    assert leads(mina, f"/q/{people.sample.number.lower()}?visit=7") == f"/samples/{people.sample.id}"
    page = mina.follow()
    words = page.main.text
    for said in (people.truck.number, "Engine", people.sample.taken_by.name):
        assert said in words
    assert page.h1.text == people.sample.number


def test_a_bottle_not_yet_recorded_says_so_and_leads_to_the_visits(mina: Browser):
    page = mina.get(f"/q/{FREE}")
    assert page.h1.text == "Not recorded yet"
    assert page.select_one('main a[href="/"]')


def test_wrong_check_digits_ask_to_look_again(mina: Browser):
    page = mina.get("/q/B-0000123-00?visit=7", 422)
    assert "This number was misread: check it." in page.main.text
    assert page.select_one("[name=code]")["value"] == "B-0000123-00"


def test_a_machine_number_opens_the_machine_and_at_a_visit_offers_its_compartments(mina: Browser, people: Town):
    number = people.truck.number
    assert leads(mina, f"/q?code={number.lower()}") == f"/machines/{people.truck.id}"
    page = mina.get(f"/q?code={number}&visit=7&pair=y&number={FREE}")
    found = [a["href"] for a in page.select("main a.stop")]
    assert f"/visits/7/sample?compartment={people.engine.uuid}&number={FREE}" in found


def test_machines_of_the_same_number_are_listed(mina: Browser, people: Town):
    other = next(machine for machine in people.crusher.machines if machine.id != people.truck.id)
    other.number = people.truck.number
    db.session.commit()
    page = mina.get(f"/q?code={people.truck.number}")
    assert {a["href"] for a in page.select("main a.stop")} == {f"/machines/{m.id}" for m in (people.truck, other)}


def test_another_region_s_things_cannot_be_told_from_nothing(mina: Browser, people: Town):
    compartment = foreign(people)
    for code in (str(compartment.label_code), compartment.machine.number):
        page, unknown = mina.get(f"/q/{code}", 404), mina.get("/q/HBL-99999", 404)
        assert page.main.text.replace(code, "") == unknown.main.text.replace("HBL-99999", "")
    assert "Nothing that you can open" in mina.get("/q?code=" + "x" * 300, 404).main.text
    jun = Browser(mina.client.application).login(people.jun.email)
    assert leads(jun, f"/q/{compartment.label_code}") == f"/machines/{compartment.machine_id}"


def test_at_a_visit_another_laboratory_s_number_may_be_used(mina: Browser):
    page = mina.get("/q/LAB-77?visit=7", 404)
    assert page.select_one('a[href="/visits/7/sample?number=LAB-77"]')


def test_the_laboratory_opens_bottles_and_no_machines(browser: Browser, people: Town):
    lab = browser.login(people.lab.email)
    assert leads(lab, f"/q/{people.sample.number}") == f"/samples/{people.sample.id}"
    lab.get(f"/samples/{people.sample.id}")
    lab.get(f"/q/{people.engine.label_code}", 404)


@pytest.mark.parametrize("path", ["/q/HBL-00001", f"/q/{FREE}", "/scan", "/scan?visit=1&compartment=x", "/samples/1"])
def test_each_page_asks_few_questions(mina: Browser, people: Town, path: str):
    with counted(mina.client.application) as asked:
        mina._ask(mina.client.get, path)
    assert len(asked) <= 5, "\n".join(asked)  # the session and the person's roles among them


def test_an_empty_box_is_the_camera_again(mina: Browser):
    assert leads(mina, "/q?code=+&visit=7&number=X") == "/scan?visit=7&number=X"
