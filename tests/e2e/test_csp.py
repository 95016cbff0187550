"""The policy at work: ours runs, nobody else's does, and no answer of the server eats a form."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser as Chromium
from playwright.sync_api import Playwright, Route, expect

from portal import town
from portal.kit.clock import now
from portal.kit.db import db, new_uuid
from portal.visits import actions
from tests.e2e.phone import PEOPLE, Phone, launch, phone
from tests.support.stage import Stage

ONLY_ON = "sqlite"  # what is looked at here is the browser
THEIR_POST = "/logout"  # what an attacker would have somebody post


@pytest.fixture
def visit(here: Stage) -> int:
    """A visit of Jun's, begun a moment ago."""
    with here.app():
        place = town.find()
        visit = actions.plan(
            place.plant, place.jun, now(), "정기 점검", uuid=new_uuid(), contact=None, by=place.suh, at=now()
        )
        db.session.flush()
        actions.check_in(visit, None, by=place.jun, at=now())
        db.session.commit()
        return int(visit.id)


@pytest.fixture
def hand(new_phone) -> Phone:
    phone = new_phone()
    phone.log_in("jun")
    return phone


def test_the_worker_comes_in_through_the_policy_of_ours(hand: Phone):
    worker = "navigator.serviceWorker.ready.then(ready => new URL(ready.active.scriptURL).pathname)"
    assert hand.page.evaluate(worker) == "/sw.js"
    foreign = "navigator.serviceWorker.register('/sw.js').then(() => 'let in', error => error.name)"
    assert hand.page.evaluate(foreign) == "TypeError", "a plain string is no script address"
    assert hand.page.evaluate("(() => { try { trustedTypes.createPolicy('evil', {}) } catch { return 'refused' } })()")
    assert hand.page.evaluate("trustedTypes.defaultPolicy") is None


KEPT = """async () => {
  const open = await Promise.all((await caches.keys()).map(name => caches.open(name)));
  return (await Promise.all(open.map(cache => cache.keys()))).flat().map(request => request.url);
}"""


STORED = (
    f'<div hx-post="{THEIR_POST}" hx-trigger="load"></div>',
    f'<div hx-post="{THEIR_POST}" hx-trigger="load" hx-nonce="guessed"></div>',
    f"<div hx-on:htmx:load=\"fetch('{THEIR_POST}', {{method: 'POST'}})\"></div>",
    f"<div hx-trigger=\"load[fetch('{THEIR_POST}', {{method: 'POST'}})]\" hx-get='/today'></div>",
    f"<script>fetch('{THEIR_POST}', {{method: 'POST'}})</script>",
    f"<script nonce='guessed'>fetch('{THEIR_POST}', {{method: 'POST'}})</script>",
    f"<img src=x onerror=\"fetch('{THEIR_POST}', {{method: 'POST'}})\">",
    "<iframe srcdoc=\"<script>parent.fetch('/logout', {method: 'POST'})</script>\"></iframe>",
)


def posts_of(hand: Phone, stored: str) -> list[str]:
    """What the page of the visits sends, when it comes from the server with `stored` in it as it was typed."""

    def forget_to_escape(route: Route) -> None:
        answer = route.fetch()
        [nonce] = re.findall(r"'nonce-([^']+)' 'wasm", answer.headers["content-security-policy"])
        body = answer.text().replace("</main>", f"{stored.replace('THE NONCE', nonce)}</main>")
        route.fulfill(response=answer, body=body)

    sent: list[str] = []
    hand.page.on("request", lambda request: sent.append(request.method) if request.url.endswith(THEIR_POST) else None)
    hand.page.route("**/visits", forget_to_escape)
    hand.go("/visits")
    assert stored[:5] in hand.find("main").first.inner_html()
    hand.page.wait_for_timeout(400)
    return sent


@pytest.fixture
def unshielded(new_phone) -> Phone:
    """Without a worker, which would fetch pages past the route."""
    phone = new_phone(service_workers="block")
    phone.log_in("jun")
    return phone


@pytest.mark.parametrize("stored", STORED, ids=range(len(STORED)))
def test_what_somebody_managed_to_store_does_nothing(unshielded: Phone, stored: str):
    """As if a template had forgotten to escape."""
    assert not posts_of(unshielded, stored)
    unshielded.page.unroute_all()
    unshielded.go("/me")
    assert unshielded.path == "/me", "still logged in"


def test_with_the_nonce_of_the_page_it_would_have_worked(unshielded: Phone):
    """So it is the nonce that keeps the others out, and the test above can fail."""
    assert posts_of(unshielded, STORED[1].replace("guessed", "THE NONCE")) == ["POST"]


def test_an_element_brought_in_later_does_nothing_either(hand: Phone, visit: int):
    """The same inside the answer to a form, which htmx itself puts into the page."""

    def spoil(route: Route) -> None:
        answer = route.fetch()
        route.fulfill(response=answer, body=answer.text().replace("</form>", f"{STORED[0]}{STORED[1]}</form>"))

    sent: list[str] = []
    hand.page.on("request", lambda request: sent.append(request.url) if request.url.endswith(THEIR_POST) else None)
    hand.page.route("**/o/guidance/*", spoil)
    hand.go(f"/visits/{visit}/guidance")
    hand.tap(hand.submit_of("guidance"))
    hand.find(".errors").wait_for()
    assert hand.find("#guidance div[hx-trigger]").count() + hand.find("#guidance > div:empty").count()
    hand.page.wait_for_timeout(400)
    assert not sent


def test_a_refused_form_comes_back_as_typed_and_can_be_sent_again(hand: Phone, visit: int):
    hand.go(f"/visits/{visit}/guidance")
    hand.type("text", "밸브를 <b>닫고</b> 보충합니다 & 확인합니다.")
    hand.type("drain_h", "많이")
    with hand.page.expect_response(re.compile("/o/guidance/")) as refused:
        hand.tap(hand.submit_of("guidance"))
    assert refused.value.status == 422
    expect(hand.find(".errors")).to_be_focused()
    assert hand.find("[name=text]").input_value() == "밸브를 <b>닫고</b> 보충합니다 & 확인합니다."
    assert hand.find("[name=drain_h]").input_value() == "많이"
    assert hand.find("#guidance").count() == 1, "swapped, not nested"
    hand.tap('label.pick:has(input[name="topics"][value="storage"])')
    hand.type("drain_h", "250")
    hand.send("guidance")
    assert "밸브를 <b>닫고</b> 보충합니다 & 확인합니다." in hand.find("main").inner_text()
    assert [text for text in hand.complaints if "422" not in text] == []


@pytest.mark.parametrize("way", ["500", "no signal"])
def test_a_broken_server_or_no_signal_keeps_the_form_and_says_so(hand: Phone, visit: int, way: str):
    hand.go(f"/visits/{visit}/guidance")
    hand.tap('label.pick:has(input[name="topics"][value="storage"])')
    hand.type("text", "잠금장치를 겁니다.")

    def break_it(route: Route) -> None:
        route.fulfill(status=500, body="<h1>boom</h1>", content_type="text/html") if way == "500" else route.abort()

    hand.page.route("**/o/guidance/*", break_it)
    hand.tap(hand.submit_of("guidance"))
    note = hand.find("#guidance .unsent")
    expect(note).to_be_focused()
    words = hand.find("body").get_attribute("data-say-broken" if way == "500" else "data-say-unsent")
    assert note.inner_text() == words
    assert hand.find("[name=text]").input_value() == "잠금장치를 겁니다."
    assert "boom" not in hand.find("body").inner_text()
    hand.page.unroute_all()
    hand.send("guidance")
    assert "잠금장치를 겁니다." in hand.find("main").inner_text()


def test_two_quick_presses_send_once(hand: Phone, visit: int, here: Stage):
    hand.go(f"/visits/{visit}/guidance")
    hand.tap('label.pick:has(input[name="topics"][value="storage"])')
    hand.type("text", "한 번만 보냅니다.")
    posts: list[str] = []
    hand.page.on("request", lambda request: posts.append(request.url) if request.method == "POST" else None)
    hand.submit_of("guidance").evaluate("button => { button.click(); button.click(); button.click() }")
    hand.page.wait_for_url(f"**/visits/{visit}")
    assert len(posts) == 1
    assert hand.find("main").inner_text().count("한 번만 보냅니다.") == 1


def test_nothing_is_sent_or_swapped_while_somebody_writes(hand: Phone, visit: int):
    """Hangul is composed letter by letter: anything that replaced the box meanwhile would double the syllables."""
    hand.go(f"/visits/{visit}/guidance")
    box = hand.find("[name=text]")
    asked: list[str] = []
    hand.page.on("request", lambda request: asked.append(request.url))
    mark = box.evaluate("box => { box.focus(); return box.mark = Math.random() }")
    keyboard = hand.context.new_cdp_session(hand.page)
    for syllable in ("ㅇ", "오", "오ㅇ", "오이", "오일"):
        keyboard.send(
            "Input.imeSetComposition",
            {"text": syllable, "selectionStart": len(syllable), "selectionEnd": len(syllable)},
        )
        hand.page.wait_for_timeout(250)
    keyboard.send("Input.insertText", {"text": "오일"})
    hand.page.wait_for_timeout(1000)
    assert box.input_value() == "오일"
    assert box.evaluate("box => box.mark") == mark
    assert not [url for url in asked if "/static/" not in url]


@pytest.fixture
def remembering(driver: Playwright) -> Iterator[Chromium]:
    """Chromium with its back/forward cache, which Playwright switches off."""
    browser = launch(driver, ignore_default_args=["--disable-back-forward-cache"])
    yield browser
    browser.close()


def test_after_logging_out_back_and_forward_show_nothing(remembering: Chromium, here: Stage, visit: int):
    with phone(remembering, here.url) as hand:
        hand.log_in("jun")
        hand.go(f"/visits/{visit}")
        secret = hand.find("h1").inner_text()
        hand.log_out()
        for step in ("back", "back", "forward", "back"):
            hand.page.evaluate(f"history.{step}()")
            hand.page.wait_for_timeout(700)
            assert secret not in hand.page.content()
            assert PEOPLE["jun"]["email"] not in hand.page.content()
        hand.go(f"/visits/{visit}")
        assert "/login" in hand.path
        stored = hand.page.evaluate("JSON.stringify([{...localStorage}, {...sessionStorage}])")
        assert secret not in stored
        assert all("/static/" in url or url.endswith("/offline") for url in hand.page.evaluate(KEPT))
