"""The whole chain through plain forms: no script runs, and nothing is missing."""

from __future__ import annotations

from pathlib import Path

from portal import town
from portal.kit.db import db
from tests.e2e.phone import PEOPLE, Phone, choose, plan_visit, visit_of
from tests.e2e.test_journey import GENUINE, camera_picture, verdict_of
from tests.support.stage import Stage

REFUSED = 422


def test_the_chain_through_forms(new_phone, here: Stage, tmp_path: Path):
    desk, hand = new_phone(java_script_enabled=False), new_phone(java_script_enabled=False)
    desk.log_in("han")
    plan_visit(desk, "유압유 점검", engineer=PEOPLE["bora"]["name"])
    hand.log_in("bora")
    hand.send("check-in")
    visit = visit_of(hand.path)
    assert hand.find(".facts").first.inner_text(), "without a position it is a check-in all the same"

    hand.tap('.dock a[href$="/sample"]')
    with here.app():
        hydraulic = town.find().hydraulic.uuid
        db.session.rollback()
    hand.tap(f'a[href$="/sample?compartment={hydraulic}"]')
    hand.find("main #number").wait_for()
    assert "12,180" in hand.find("#machine_hours-hint").inner_text()
    for name, text in (("number", "HB-2611-0501"), ("machine_hours", "12450"), ("oil_hours", "2190")):
        hand.type(name, text)
    for name, value in (("oil_changed", "no"), ("reason", "routine"), ("visual", "hazy"), ("sample_point", "valve")):
        pick(hand, name, value)
    hand.send("sample")

    hand.tap('a[href$="/guidance"]')
    pick(hand, "topics", "storage")
    hand.type("text", "드럼을 실내에 눕혀 보관합니다.")
    hand.send("guidance")

    hand.tap('.dock a[href$="/photo"]')
    picture = {"name": "IMG_0043.JPG", "mimeType": "image/jpeg", "buffer": camera_picture()}
    hand.find('input[name="photo"]').set_input_files([picture])  # type: ignore[list-item]
    hand.type("caption", "드럼 보관 상태")
    hand.send("photo-form")
    assert hand.find(".thumbs img").count() == 1

    hand.tap('.dock a[href$="/sign"]')
    hand.page.wait_for_url("**/sign")
    assert "HB-2611-0501" in hand.find("main").inner_text()
    assert not hand.find(".pad").is_visible()
    pick(hand, "satisfaction", "4")
    hand.type("name", "김도현")
    hand.type("role", "정비과장")
    hand.tap('label:has(input[name="consented"])')
    hand.send("sign")

    hand.tap('.dock a[href$="/submit"]')
    hand.type("pin", PEOPLE["bora"]["pin"])
    hand.send("submit")
    desk.go(f"/approvals/{visit}")
    desk.type("pin", PEOPLE["han"]["pin"])
    desk.send("approve")

    here.wait_until_idle()
    hand.go(f"/visits/{visit}")
    hand.tap('a[href^="/verify/"]')
    hand.page.wait_for_url("**/verify/*")
    assert GENUINE in hand.find("main").inner_text()
    pdf = hand.context.request.get(f"{here.url}/visits/{visit}/record.pdf").body()
    assert GENUINE in verdict_of(pdf, hand)
    (tmp_path / "record.pdf").write_bytes(pdf)
    assert here.flask("records", "verify", str(tmp_path / "record.pdf")).returncode == 0
    assert not hand.complaints + desk.complaints


def pick(hand: Phone, name: str, value: str) -> None:
    hand.tap(f'label.pick:has(input[name="{name}"][value="{value}"])')


def test_wrong_input_comes_back_with_the_sentence_and_what_was_typed(new_phone):
    desk = new_phone(java_script_enabled=False)
    desk.log_in("suh")
    desk.go("/plan/new")
    desk.type("purpose", "  점검 <b>&\"'")
    choose(desk, "engineer", PEOPLE["jun"]["name"])
    with desk.page.expect_response("**/plan/new") as answer:
        desk.tap(desk.submit_of("plan"))
    assert answer.value.status == REFUSED
    assert desk.find("[name=purpose]").input_value() == "  점검 <b>&\"'"
    assert desk.find("[name=engineer] option:checked").inner_text() == PEOPLE["jun"]["name"]
    assert desk.find("#site-error").inner_text() and desk.find("#planned_at-error").inner_text()
    assert desk.find(".errors a").evaluate_all("all => all.map(a => a.hash)") == ["#site", "#planned_at"]
    assert desk.find("[name=site]").get_attribute("aria-invalid") == "true"


def test_a_wrong_login_says_so_and_keeps_the_address(new_phone):
    hand = new_phone(java_script_enabled=False)
    hand.go("/login")
    hand.type("email", "desk@hanbit.example")
    hand.type("password", "wrong horse")
    hand.tap(hand.submit_of("login"))
    hand.find(".errors").wait_for()
    assert hand.find("[name=email]").input_value() == "desk@hanbit.example"
    assert hand.find("[name=password]").input_value() == ""
    assert hand.find("#password-error").inner_text()


def test_light_and_language_change_in_one_tap(new_phone):
    hand = new_phone(java_script_enabled=False)
    hand.log_in("jun")
    seen = []
    for _ in range(3):
        with hand.page.expect_navigation():
            hand.tap('form.light[action="/theme"] button')
        seen.append(hand.find("html").get_attribute("data-theme"))
    assert sorted(map(str, seen)) == ["day", "night", "sun"]
    assert hand.path == "/today", "the page stays where it was"
    hand.go("/me")
    with hand.page.expect_navigation():
        hand.tap('button[name="language"][value="en"]')
    assert hand.path == "/me" and hand.find("html").get_attribute("lang") == "en"
    assert hand.find('button[value="en"]').get_attribute("aria-pressed") == "true"
    with hand.page.expect_navigation():
        hand.tap('button[name="language"][value="ko"]')
    assert hand.find("html").get_attribute("lang") == "ko"
