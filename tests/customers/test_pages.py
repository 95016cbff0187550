"""The pages of the file: what they ask the database, what they show, and what they say to what is typed."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from portal.customers import actions, search
from portal.customers.models import Compartment, Contact, Customer, Machine, Promise, Site
from portal.kit.clock import now
from portal.kit.db import db, new_uuid
from portal.town import Town
from tests.customers import deeds
from tests.customers.deeds import told
from tests.support.client import HTMX, SAME_ORIGIN, Browser
from tests.visits.test_pages import counted

FILE = {
    "name": "솔바람채석", "kind": "quarry", "abc": "B", "abc_reason": "물량 증가", "abc_on": "2026-11-02",
    "language": "ko",
}  # fmt: skip
PLACE = {"name": "제1채석장", "address": "강원 영월군", "latitude": "37.18", "longitude": "128.46", "radius_m": "400"}
SOMEBODY = {"name": "오세린", "role": "소장", "phone": "033-555-0191", "email": "serin@sol.example", "language": "ko"}
LOADER = {"number": "WL-91", "kind": "휠로더", "make": "Dongil", "model": "DL420", "serial": ""}


@pytest.fixture
def mina(people: Town, browser: Browser) -> Browser:
    search.relearn()
    return browser.login(people.mina.email)


def count(model: type[Any]) -> int:
    return db.session.scalar(sa.select(sa.func.count()).select_from(model)) or 0


def crowd(town: Town, customers: int) -> None:
    """More customers, and a fuller file of the mine."""
    for number in range(customers):
        customer = deeds.customer(town, name=f"가람 {number:03}", engineer_id=town.mina.id)
        site = deeds.site(town, town.mine, name=f"채굴장 {number}")
        machine = deeds.machine(town, site, number=f"M-{number}")
        deeds.compartment(town, machine)
        deeds.contact(town, town.mine, name=f"사람 {number}")
        deeds.machine(town, town.pit, number=f"P-{number}")
        deeds.compartment(town, town.truck)
        actions.promise(customer, "약속", deeds.FILE["abc_on"], uuid=new_uuid(), by=town.mina, at=now())
        actions.promise(town.mine, "약속", deeds.FILE["abc_on"], uuid=new_uuid(), by=town.bora, at=now())


@pytest.mark.parametrize(
    ("path", "most"),
    [
        ("/customers", 2),
        ("/customers?abc=B", 2),
        ("/customers?q=ㄱ", 2),
        ("/customers/find?q=033", 2),
        ("/customers/{mine}", 7),
        ("/sites/{pit}", 5),
        ("/machines/{truck}", 4),
    ],
)
def test_a_page_asks_no_more_when_there_is_more_to_show(
    people: Town, mina: Browser, bare_app: Flask, path: str, most: int
):
    names = {"mine": people.mine.id, "pit": people.pit.id, "truck": people.truck.id}

    def questions() -> int:
        with counted(bare_app) as asked:
            mina.get(path.format(**names))
        return len(asked)

    few = questions()
    crowd(people, 4)
    assert questions() == few
    assert few <= most, f"{path}: {few} questions"


def test_all_customers_come_a_page_at_a_time_by_name(people: Town, mina: Browser):
    for number in range(65):
        deeds.customer(people, name=f"가람 {number // 2:03}")
    seen: list[str] = []
    path: str | None = "/customers"
    while path:
        page = mina.get(path)
        seen += [str(a["href"]) for a in page.select("section.stops a.stop")]
        more = page.select_one("a[href*='after=']")
        path = str(more["href"]) if more else None
    customers = Customer.current(people.mina).order_by(Customer.name, Customer.id)
    assert seen == [f"/customers/{c.id}" for c in db.session.scalars(customers)]


@pytest.mark.parametrize(
    "query", ["after=x", "after=0", "after=99999999999", "abc=D", "abc=", "q=%00", "q=%25", "q=" + "x" * 500]
)
def test_nonsense_in_the_address_breaks_nothing(mina: Browser, query: str):
    mina.get(f"/customers?{query}")


def test_the_search_answers_as_page_and_as_piece(people: Town, mina: Browser):
    for page in (mina.get("/customers?q=ㅅㅂㄱㅅ"), mina.get("/customers/find?q=ㅅㅂㄱㅅ", headers=HTMX)):
        assert page.select("#found a.stop")[0]["href"] == f"/customers/{people.mine.id}"
    assert not page.select("h1")


def test_the_list_shows_one_class(people: Town, mina: Browser):
    deeds.customer(people, abc="C")
    texts = [a.text for a in mina.get("/customers?abc=C").select("section.stops a.stop")]
    assert texts and all("Class C" in text for text in texts)


def test_the_file_says_what_one_should_know(people: Town, mina: Browser):
    people.mine.why_bought, people.mine.situation = "교환 주기 연장", "타사 견적을 받음"
    actions.promise(people.mine, "분기 보고서", deeds.FILE["abc_on"], uuid=new_uuid(), by=people.mina, at=now())
    page = mina.get(f"/customers/{people.mine.id}")
    for text in (
        people.mine.name, people.mine.abc_reason, "교환 주기 연장", "타사 견적을 받음", "분기 보고서", people.pit.name,
        people.foreman.name,
    ):  # fmt: skip
        assert text in page.text
    assert page.select_one(f"a[href='tel:{people.foreman.tel}']")
    assert page.select_one(f"a[href='/visits?customer={people.mine.id}']")


def test_a_customer_is_added_and_opened(people: Town, mina: Browser):
    form = mina.fill(mina.get("/customers/new"), "/customers/new", **FILE, region_id=str(people.mina.region_id))
    for _press in range(2):
        mina.post("/customers/new", form)
        assert "솔바람채석" in mina.follow().text
    assert len(told("customer.added")) == 1


def test_the_same_name_in_the_region_is_asked_about(people: Town, mina: Browser):
    form = {**FILE, "name": "새벽 광산", "region_id": str(people.mina.region_id), "uuid": new_uuid()}
    page = mina.post("/customers/new", form, status=422)
    assert page.select_one(f"a.note[href='/customers/{people.mine.id}']")
    assert page.select_one("[name=another]")
    mina.post("/customers/new", {**form, "another": "y"})
    assert len(told("customer.added")) == 1


@pytest.mark.parametrize(
    "junk",
    [
        {"name": " "}, {"name": "x" * 121}, {"name": "a\x00"}, {"kind": "bank"}, {"kind": ""}, {"abc": "D"},
        {"abc_reason": ""}, {"abc_on": "2999-01-01"}, {"abc_on": "0001-01-01"}, {"abc_on": "2026-02-30"},
        {"region_id": "0"}, {"region_id": "9" * 30}, {"region_id": "٣"}, {"region_id": ""}, {"language": "zh"},
        {"zone": "Mars/Olympus"}, {"zone": "../../etc/passwd"}, {"dealer_id": "999"}, {"engineer_id": "999"},
        {"situation": "x" * 2001},
    ],
)  # fmt: skip
def test_nonsense_about_a_customer_is_refused_beside_its_box(people: Town, mina: Browser, junk: dict[str, str]):
    before = count(Customer)
    form = {**FILE, "region_id": str(people.mina.region_id), "uuid": new_uuid(), **junk}
    page = mina.post("/customers/new", form, status=422)
    assert page.select(".field .err")
    assert count(Customer) == before


def test_an_engineer_adds_in_their_own_region_only(people: Town, mina: Browser):
    form = {**FILE, "region_id": str(people.plant.customer.region_id), "uuid": new_uuid()}
    mina.post("/customers/new", form, status=422)


@pytest.mark.parametrize(
    "junk",
    [
        {"name": ""}, {"address": ""}, {"latitude": "91"}, {"latitude": "NaN"}, {"latitude": ""}, {"longitude": "181"},
        {"longitude": "sNaN"}, {"radius_m": "0"}, {"radius_m": "-5"}, {"radius_m": "1e9"}, {"zone": "Seoul"},
    ],
)  # fmt: skip
def test_nonsense_about_a_site_is_refused_beside_its_box(people: Town, mina: Browser, junk: dict[str, str]):
    before = count(Site)
    page = mina.post(f"/customers/{people.mine.id}/sites/new", {**PLACE, **junk}, status=422)
    assert page.select(".field .err")
    assert count(Site) == before


@pytest.mark.parametrize(
    "junk",
    [
        {"name": ""}, {"role": ""}, {"phone": "call me"}, {"phone": "12"}, {"email": "nobody"}, {"email": "a@b"},
        {"email": "a b@c.example"}, {"language": ""},
    ],
)  # fmt: skip
def test_nonsense_about_a_contact_is_refused_beside_its_box(people: Town, mina: Browser, junk: dict[str, str]):
    page = mina.post(f"/customers/{people.mine.id}/contacts/new", {**SOMEBODY, **junk}, status=422)
    assert page.select(".field .err")


PHONES = ["033-555-0142", "+82 33 555 0142", "(033) 555-0142", "０３３-555-0142", "033-555-0142 내선 3"]


@pytest.mark.parametrize("phone", PHONES)
def test_a_phone_is_kept_as_it_was_typed(people: Town, mina: Browser, phone: str):
    mina.post(f"/customers/{people.mine.id}/contacts/new", {**SOMEBODY, "phone": phone})
    kept = db.session.scalars(sa.select(Contact).where(Contact.name == "오세린")).one()
    assert kept.tel.lstrip("+").isdecimal()


@pytest.mark.parametrize(
    "junk",
    [
        {"kind": ""}, {"product_id": "0"}, {"sump_l": "0"}, {"sump_l": "-1"}, {"filled_at_h": "-1"},
        {"filled_on": "2999-01-01"},
    ],
)  # fmt: skip
def test_nonsense_about_a_compartment_is_refused_beside_its_box(people: Town, mina: Browser, junk: dict[str, str]):
    form = {"kind": "engine", "product_id": str(people.engine.product_id), "uuid": new_uuid(), **junk}
    page = mina.post(f"/machines/{people.truck.id}/compartments/new", form, status=422)
    assert page.select(".field .err")


def test_everything_is_added_once_however_often_it_is_sent(people: Town, mina: Browser):
    product = str(people.engine.product_id)
    for path, form, model in [
        (f"/customers/{people.mine.id}/sites/new", PLACE, Site),
        (f"/customers/{people.mine.id}/contacts/new", SOMEBODY, Contact),
        (f"/sites/{people.pit.id}/machines/new", {**LOADER, "uuid": new_uuid()}, Machine),
        (
            f"/machines/{people.truck.id}/compartments/new",
            {"kind": "steering", "product_id": product, "sump_l": "12.5", "uuid": new_uuid()},
            Compartment,
        ),
        (
            f"/customers/{people.mine.id}/promises/new",
            {"text": "보고서", "due_on": "2099-01-01", "uuid": new_uuid()},
            Promise,
        ),
    ]:
        before = count(model)
        for _press in range(2):
            mina.post(path, form)
            mina.follow()
        assert count(model) == before + 1, path


def edit_paths(people: Town) -> dict[str, Any]:
    return {
        f"/customers/{people.mine.id}/edit": people.mine,
        f"/sites/{people.pit.id}/edit": people.pit,
        f"/contacts/{people.foreman.id}/edit": people.foreman,
        f"/machines/{people.truck.id}/edit": people.truck,
        f"/compartments/{people.engine.id}/edit": people.engine,
    }


def test_an_edit_page_sent_as_it_is_changes_nothing(people: Town, mina: Browser):
    for path, row in edit_paths(people).items():
        version = row.version
        mina.post(path, mina.fill(mina.get(path), path))
        mina.follow()
        db.session.refresh(row)
        assert row.version == version, path


def test_who_read_an_older_version_is_told_and_keeps_what_was_typed(people: Town, mina: Browser):
    for path, row in edit_paths(people).items():
        form = mina.fill(mina.get(path), path)
        [box] = [name for name in ("name", "model", "sump_l") if name in form]
        db.session.refresh(row)
        row.archived_at = now()
        db.session.commit()
        form[box] = "777"
        for _press in range(2):  # again, and still not written over
            page = mina.post(path, form, status=409)
            assert page.select_one(f"[name={box}]")["value"] == "777"
            form = mina.fill(page, path)
        row.archived_at = None
        db.session.commit()


def test_the_class_is_changed_with_a_reason(people: Town, mina: Browser):
    path = f"/customers/{people.mine.id}/class"
    form = mina.fill(mina.get(path), path, abc="C", abc_reason="거래 중단", abc_on="2026-11-01")
    mina.post(path, {**form, "abc_reason": ""}, status=422)
    mina.post(path, form)
    mina.post(path, form, status=409)
    assert [entry.facts["after"]["abc"] for entry in told("customer.reclassified")] == ["C"]


def test_an_odd_reading_is_asked_about_once(people: Town, mina: Browser):
    people.truck.hours, people.truck.hours_at = 5000, now()
    path = f"/machines/{people.truck.id}/hours"
    page = mina.post(path, {"hours": "4000"}, status=422)
    assert "less than last time" in page.text
    mina.post(path, {"hours": "4000", "sure": "y"})
    mina.post(path, {"hours": "NaN"}, status=422)
    mina.post(path, {"hours": "-1"}, status=422)
    db.session.refresh(people.truck)
    assert people.truck.hours == 4000


def test_a_promise_is_closed_with_what_came_of_it(people: Town, mina: Browser):
    given = actions.promise(people.mine, "보고서", deeds.FILE["abc_on"], uuid=new_uuid(), by=people.mina, at=now())
    path = f"/promises/{given.id}/close"
    mina.get(path)
    mina.post(path, {"state": "broken"}, status=422)
    mina.post(path, {"state": "open"}, status=422)
    mina.post(path, {"state": "broken", "outcome": "부품 지연"})
    assert "부품 지연" in mina.follow().text
    mina.post(path, {"state": "kept"}, status=409)


def test_what_is_put_away_leaves_list_search_and_forms_and_comes_back(people: Town, browser: Browser):
    search.relearn()
    browser.login(people.han.email)
    file = f"/customers/{people.mine.id}"
    browser.post(f"{file}/archived", {"archived": "yes"})
    assert "archive since" in browser.follow().text
    for path in ("/customers", "/customers?q=새벽광산"):
        assert not browser.get(path).select(f"a[href='{file}']")
    browser.post(f"{file}/archived", {"archived": "yes"}, status=409)
    browser.post(f"{file}/archived", {"archived": "no"})
    assert browser.get("/customers").select(f"a[href='{file}']")


@pytest.mark.parametrize("name", ["sites/pit", "contacts/foreman", "machines/truck", "compartments/engine"])
def test_things_are_put_away_and_brought_back(people: Town, mina: Browser, name: str):
    kind, which = name.split("/")
    thing = getattr(people, which)
    for answer, gone in (("yes", True), ("no", False)):
        mina.post(f"/{kind}/{thing.id}/archived", {"archived": answer})
        mina.follow()
        db.session.refresh(thing)
        assert (thing.archived_at is not None) is gone


def test_two_files_are_made_one_by_search_and_a_tick(people: Town, browser: Browser):
    double = deeds.customer(people, name="새벽광산 (주)", kind="mine")
    search.relearn()
    browser.login(people.han.email)
    path = f"/customers/{double.id}/merge"
    links = [str(a["href"]) for a in browser.get(f"{path}?q=새벽").select("nav.stops a.stop")]
    assert links == [f"{path}?winner={people.mine.id}"]
    assert "cannot be taken back" in browser.get(links[0]).text
    form = {"winner": str(people.mine.id)}
    browser.post(path, form, status=422)
    for _press in range(2):
        browser.post(path, {**form, "agreed": "y"})
        assert browser.last.headers["Location"].endswith(f"/customers/{people.mine.id}")
    browser.get(f"/customers/{double.id}", status=303)
    assert browser.last.headers["Location"].endswith(f"/customers/{people.mine.id}")
    assert len(told("customer.merged")) == 1


def test_a_file_is_merged_only_into_one_that_is_seen(people: Town, browser: Browser):
    browser.login(people.han.email)
    form = {"winner": str(people.plant.customer_id), "agreed": "y"}
    browser.post(f"/customers/{people.mine.id}/merge", form, status=422)


PLACES = ["customers/{}", "customers/{}/edit", "sites/{}", "machines/{}", "compartments/{}/edit"]


@pytest.mark.parametrize("path", PLACES)
def test_a_number_that_nothing_has_is_not_found(mina: Browser, path: str):
    for number in ("0", "2147483648", "9" * 40):
        mina.get("/" + path.format(number), status=404)


def test_a_dealer_knows_of_their_own_file_and_does_not_read_it(people: Town, browser: Browser):
    browser.login(people.kim.email)
    for path in ("", "/edit", "/class", "/merge"):
        browser.get(f"/customers/{people.kim.dealer_id}{path}", status=403)
    browser.get(f"/customers/{people.mine.id}", status=404)
    browser.get("/customers", status=403)


def test_the_phone_says_where_the_site_is_when_asked(people: Town, mina: Browser):
    page = mina.get(f"/customers/{people.mine.id}/sites/new?here=1")
    assert page.select_one("form[data-position] input[type=hidden][name=latitude]")
    silent = {**PLACE, "latitude": "", "longitude": ""}
    page = mina.post(f"/customers/{people.mine.id}/sites/new", silent, status=422)
    assert page.select_one("input[name=latitude]:not([type=hidden])"), "now it can be typed"


def test_a_position_that_is_not_touched_stays_to_the_last_digit(people: Town, mina: Browser):
    people.pit.latitude, people.pit.longitude = position = (37.123456789012, 129.98765432109801)
    path = f"/sites/{people.pit.id}/edit"
    mina.post(path, mina.fill(mina.get(path), path, name="동부 1"))
    db.session.refresh(people.pit)
    assert people.pit.name == "동부 1"
    assert (people.pit.latitude, people.pit.longitude) == position


@pytest.mark.parametrize("what", ["customer", "site"])
def test_sent_twice_at_once_it_is_written_once(people: Town, bare_app: Flask, what: str):
    form = {**FILE, "region_id": str(people.mina.region_id), "uuid": new_uuid()} if what == "customer" else PLACE
    path = "/customers/new" if what == "customer" else f"/customers/{people.mine.id}/sites/new"
    browser, start = Browser(bare_app).login(people.mina.email), threading.Barrier(5)
    cookie = browser.client.get_cookie("sid")
    db.session.rollback()

    def press() -> int:
        client = bare_app.test_client()
        client.set_cookie("sid", cookie.value)
        start.wait()
        return client.post(path, data=form, headers=SAME_ORIGIN).status_code

    with ThreadPoolExecutor(5) as hands:
        answers = {hand.result() for hand in [hands.submit(press) for _ in range(5)]}
    assert 303 in answers and answers <= ({303} if what == "customer" else {303, 422})
    assert len(told(f"{what}.added")) == 1
