"""What comes in from outside: a dealer asks for support, a customer rings the desk. On a phone, in Korean, counted."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
import sqlalchemy as sa

from portal.complaints.models import Complaint
from portal.customers.models import Customer
from portal.desk.kinds import ErrandState
from portal.desk.models import Errand
from portal.kit.db import db
from tests.e2e.phone import SEOUL, Phone
from tests.support.stage import Stage

MOST_OF_DEALER, MOST_OF_DESK = 8, 12  # touches, beside the text


@pytest.fixture
def count(record_property, capsys: pytest.CaptureFixture[str]):
    def say(task: str, hand: Phone) -> int:
        touched, typed = hand.count()
        record_property(task, f"{touched} taps, {typed} keys")
        with capsys.disabled():
            print(f"\n{task}: {touched} taps, {typed} keys")
        return touched

    return say


def test_a_dealer_asks_for_support_and_follows_it_to_the_end(new_phone, here: Stage, count) -> None:
    dealer, leader = new_phone(), new_phone()
    dealer.log_in("kim")
    assert dealer.path == "/dealer", "where a request stands is seen without a tap"
    dealer.count()

    dealer.tap('a[href="/dealer/promotions/new"]')
    for item in ("posters", "gifts"):
        dealer.tap(f'label.pick:has(input[name="items"][value="{item}"])')
    dealer.tap('label.pick:has(input[name="soon"]) >> nth=0')
    dealer.type("reason", "개업 5주년 행사에 쓰겠습니다.")
    dealer.send("errand")
    assert count("promotion request", dealer) <= MOST_OF_DEALER
    assert dealer.path == "/dealer"
    with here.app():
        errand = db.session.scalars(sa.select(Errand).order_by(Errand.id.desc())).first()
        number, id, due_on, logged_at = errand.number, errand.id, errand.due_on, errand.logged_at
        db.session.rollback()
    assert due_on - logged_at.astimezone(SEOUL).date() == timedelta(days=20)
    assert f"{due_on.month}월 {due_on.day}일" in dealer.find("main").inner_text(), (
        "the promised day, on the home screen"
    )

    leader.log_in("han")
    leader.go(f"/errands/{id}/ask")
    leader.type("text", "장소가 어디입니까?")
    leader.send("work")
    dealer.go("/dealer")
    assert "장소가 어디입니까?" in dealer.find("main").inner_text(), "a question waits on top"
    dealer.go(f"/errands/{id}/answer")
    dealer.type("text", "본점 앞마당입니다.")
    dealer.send("work")

    leader.go(f"/errands/{id}/plan")
    leader.type("planned_on", f"{due_on:%Y-%m-%d}")
    leader.type("text", "포스터 50장과 수건 200장을 보냅니다.")
    leader.send("work")
    dealer.go(f"/errands/{id}")
    assert number in dealer.page.title() + dealer.find("body").inner_text()
    assert "포스터 50장" in dealer.find("main").inner_text()
    dealer.go(f"/errands/{id}/confirm")
    dealer.type("text", "잘 받았습니다.")
    dealer.send("work")
    with here.app():
        assert db.session.get(Errand, id).state is ErrandState.DONE
        db.session.rollback()
    assert not dealer.complaints + leader.complaints


def test_another_dealer_finds_nothing_of_it(new_phone, here: Stage) -> None:
    other = new_phone()
    other.log_in("park")
    with here.app():
        kims = db.session.scalars(
            sa.select(Errand.id).where(Errand.dealer.has(Customer.name == "두레윤활유상사"))
        ).first()
        db.session.rollback()
    assert kims
    answer = other.page.goto(f"{here.url}/errands/{kims}")
    assert answer is not None
    assert answer.status == 404


def test_the_desk_registers_a_complaint_by_phone(new_phone, here: Stage, count) -> None:
    hand = new_phone()
    hand.log_in("desk")
    hand.go("/complaints")
    hand.count()

    hand.tap('a[href="/complaints/new"]')
    hand.page.wait_for_url("**/complaints/new")
    hand.tap('main [name="q"]')
    hand.keys += 4
    hand.page.keyboard.type("ㅅㅂㄱㅅ", delay=30)  # 새벽광산 by its initials
    found = hand.find("a.stop").filter(has_text="새벽광산").first
    found.wait_for()
    hand.tap(found)
    hand.page.wait_for_url("**customer=*")
    hand.tap('label.pick:has(input[name="category"][value="quality"])')
    hand.tap('label.pick:has(input[name="severity"][value="major"])')
    hand.type("description", "유압유가 뿌옇게 변했다고 합니다.")
    hand.tap('label.pick:has(input[name="contact"]) >> nth=0')
    if hand.find('[name="batch_no"]').is_visible():
        hand.type("batch_no", "HB-2610-77")
    else:
        hand.tap("details.more summary")
        hand.type("batch_no", "HB-2610-77")
    hand.send("complaint")
    assert count("complaint by phone", hand) <= MOST_OF_DESK
    assert re.fullmatch(r"/complaints/\d+", hand.path.split("?")[0]), hand.path
    assert "뿌옇게" in hand.find("main").inner_text()
    with here.app():
        kept = db.session.scalars(sa.select(Complaint).where(Complaint.batch_no == "HB-2610-77")).one()
        assert kept.customer.name == "새벽광산"
        db.session.rollback()
    assert not hand.complaints
