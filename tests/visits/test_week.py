"""The week of a team: who sees whose, what was not done, and the office moving it."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from bs4 import BeautifulSoup

from portal.kit.clock import now
from portal.kit.db import db
from portal.town import Town
from portal.visits import actions, planning
from portal.visits.kinds import VisitState
from portal.visits.models import Visit
from portal.visits.weeks import Week, day_of, week_of
from tests.support.client import HTMX, Browser
from tests.visits.deeds import complained, count, left_before, planned, told

DAY = timedelta(days=1)
NOON = timedelta(hours=3)  # in Seoul, from midnight UTC


def next_week(weekday: int = 0) -> datetime:
    """Noon in Seoul on a day of the week after this one."""
    monday = Week.of(now().date()).after.monday
    return datetime(monday.year, monday.month, monday.day, tzinfo=UTC) + NOON + weekday * DAY


def week_page(browser: Browser, weekday: int = 0, **more: str) -> BeautifulSoup:
    return browser.get("/plan", query_string={"week": str(Week.of(next_week(weekday).date())), **more})


def cards(page: BeautifulSoup) -> set[int]:
    return {int(box["value"]) for box in page.select("input[name=visit]")}


def sent(page: BeautifulSoup, *chosen: Visit, **values: Any) -> dict[str, Any]:
    """What the form of the week sends with these ticked."""
    boxes = [str(box["value"]) for box in page.select("input[name=card]")]
    hidden = {name: page.select_one(f"#week input[name={name}]")["value"] for name in ("week", "engineer")}
    return {**hidden, "card": boxes, "visit": [str(visit.id) for visit in chosen], **values}


def when(visit: Visit) -> datetime:
    db.session.refresh(visit)
    return visit.planned_at


def test_a_week_is_that_of_the_calendar():
    assert str(week_of("2026-W48")) == "2026-W48" == str(Week.of(date(2026, 11, 29)))
    assert week_of("2026-W53") and week_of("2026-W53").monday == date(2026, 12, 28)
    assert str(Week.of(date(2027, 1, 3))) == "2026-W53"
    assert not [text for text in ("2025-W53", "2026-W00", "2026-48", "1999-W01", "٢٠٢٦-W01", "") if week_of(text)]
    assert not [text for text in ("2026-02-30", "1999-12-31", "9999-12-31", "x", "") if day_of(text)]


@pytest.mark.parametrize("junk", ["x", "2026-W99", "9999-W01", "\x00", "2026-W01 "])
def test_a_week_that_is_none_is_this_one(people: Town, browser: Browser, junk: str):
    page = browser.login("han@hanbit.example").get("/plan", query_string={"week": junk, "day": junk, "engineer": junk})
    assert page.select_one("li[aria-current=date]")


def test_each_sees_the_week_of_those_they_plan_for(people: Town, browser: Browser):
    minas, boras = planned(people, planned_at=next_week()), planned(people, people.bora, planned_at=next_week(1))
    juns = planned(people, people.jun, site=people.plant, contact=None, planned_at=next_week(2))
    sees = {"han": {minas.id, boras.id}, "dana": {minas.id, boras.id, juns.id}, "suh": {juns.id}, "mina": {minas.id}}
    for who, ids in sees.items():
        assert cards(week_page(browser.login(f"{who}@hanbit.example"))) == ids, who


def test_one_engineer_and_one_day_are_shown_alone(people: Town, browser: Browser):
    minas, boras = planned(people, planned_at=next_week()), planned(people, people.bora, planned_at=next_week(1))
    browser.login("han@hanbit.example")
    assert cards(week_page(browser, engineer=str(people.bora.id))) == {boras.id}
    assert cards(browser.get(f"/plan?day={next_week().date()}")) == {minas.id}


def test_who_goes_along_sees_it_and_may_not_choose_it(people: Town, browser: Browser):
    visit = planned(people, planned_at=next_week())
    planning.accompany(visit, people.bora, by=people.han, at=now())
    page = week_page(browser.login("bora@hanbit.example"))
    assert page.select(f"a[href='/visits/{visit.id}']") and not cards(page)


def test_what_was_not_done_stands_on_top_of_this_week_only(people: Town, browser: Browser):
    missed = planned(people, planned_at=now() - 9 * DAY)
    browser.login("han@hanbit.example")
    page = browser.get("/plan")
    assert page.select(f".missed input[name=visit][value='{missed.id}']")
    assert not browser.get(f"/plan?week={Week.of((now() - 30 * DAY).date())}").select(".missed")


def test_the_office_moves_a_week(people: Town, browser: Browser):
    visits = [planned(people, planned_at=next_week(n)) for n in range(4)]
    stays = planned(people, people.bora, planned_at=next_week(2))
    browser.login("han@hanbit.example")
    page = week_page(browser, engineer=str(people.mina.id))
    browser.post("/plan/move", sent(page, everything="y", by="7"))
    assert [when(visit) for visit in visits] == [next_week(n) + 7 * DAY for n in range(4)]
    assert when(stays) == next_week(2)
    assert "4" in browser.follow().select_one(".note-ok").text
    assert len(told("visit.moved")) == 4


def test_a_whole_day_moves_to_another_and_keeps_its_hours(people: Town, browser: Browser):
    early, late = planned(people, planned_at=next_week()), planned(people, planned_at=next_week() + NOON)
    other = planned(people, planned_at=next_week(1))
    browser.login("han@hanbit.example")
    to = (next_week(3)).date().isoformat()
    browser.post("/plan/move", sent(week_page(browser), whole_day=next_week().date().isoformat(), to_day=to))
    assert (when(early), when(late), when(other)) == (next_week(3), next_week(3) + NOON, next_week(1))


def test_moved_over_a_change_of_the_clocks_a_visit_keeps_the_time_on_its_site(people: Town, browser: Browser):
    people.pit.zone = "America/New_York"
    visit = planned(people, planned_at=datetime(2027, 3, 12, 14, 0, tzinfo=UTC))  # nine o'clock, two days before
    page = browser.login("han@hanbit.example").get("/plan?day=2027-03-12")
    data = {"card": [page.select_one("input[name=card]")["value"]], "visit": [str(visit.id)], "day": "2027-03-12"}
    browser.post("/plan/move", {**data, "days": "3"})
    assert when(visit) == datetime(2027, 3, 15, 13, 0, tzinfo=UTC)


def test_what_may_not_be_moved_is_named_and_the_rest_moves(people: Town, browser: Browser):
    free, begun, changed = (planned(people, planned_at=next_week(n)) for n in range(3))
    browser.login("han@hanbit.example")
    data = sent(week_page(browser), everything="y", by="1")
    actions.check_in(begun, None, by=people.mina, at=now())
    planning.move(changed, next_week(4), by=people.mina, at=now())
    page = browser.post("/plan/move", data, status=409)
    assert [when(visit) for visit in (free, begun, changed)] == [next_week(1), next_week(1), next_week(4)]
    named = page.select_one(".note-bad").text
    assert f"/visits/{begun.id}" in str(page) and f"/visits/{changed.id}" in str(page)
    assert "On site" in named and "a moment ago" in named


def test_a_second_post_of_the_same_move_changes_nothing(people: Town, browser: Browser):
    visit = planned(people, planned_at=next_week())
    browser.login("han@hanbit.example")
    data = sent(week_page(browser), visit, by="1")
    browser.post("/plan/move", data)
    browser.post("/plan/move", data, status=409)
    assert when(visit) == next_week(1) and len(told("visit.moved")) == 1


@pytest.mark.parametrize(
    "junk",
    [
        {}, {"days": "x"}, {"days": "61"}, {"days": "1", "to_day": "2026-12-24"}, {"to_day": "9999-12-31"},
        {"to_day": "2026-02-30"}, {"by": "NaN"}, {"by": "1e9"}, {"days": "1", "visit": []},
        {"days": "1", "card": ["x"]}, {"to_day": "2001-01-01"},
    ],
)  # fmt: skip
def test_a_move_to_nowhere_is_refused_and_nothing_moves(people: Town, browser: Browser, junk: dict[str, Any]):
    visit = planned(people, planned_at=next_week())
    browser.login("han@hanbit.example")
    page = browser.post(
        "/plan/move", {**sent(week_page(browser), visit), **junk}, status=409 if "2001-01-01" in junk.values() else 422
    )
    assert page.select_one(".errors, .note-bad") and when(visit) == next_week()


def test_htmx_gets_the_form_alone(people: Town, browser: Browser):
    browser.login("han@hanbit.example")
    page = browser.post("/plan/move", {"by": "1"}, status=422, headers=HTMX)
    assert page.select_one("form#week") and not page.select("h1")


def edit(browser: Browser, visit: Visit, **values: Any) -> dict[str, Any]:
    return browser.fill(browser.get(f"/plan/{visit.id}"), f"/plan/{visit.id}$", **values)


def test_one_visit_is_changed_in_all_at_once(people: Town, browser: Browser):
    visit = planned(people, planned_at=next_week())
    browser.login("han@hanbit.example")
    new = {"planned_at": f"{next_week(1):%Y-%m-%d}T15:30", "engineer": str(people.bora.id)}
    browser.post(f"/plan/{visit.id}", edit(browser, visit, **new, co_visitor=str(people.mina.id)))
    db.session.refresh(visit)
    assert (visit.engineer, visit.co_visitor) == (people.bora, people.mina)
    assert visit.planned_at == next_week(1) + timedelta(hours=3, minutes=30)
    assert [len(told(f"visit.{what}")) for what in ("moved", "reassigned", "accompanied")] == [1, 1, 1]


def test_a_form_that_is_left_as_it_was_changes_nothing(people: Town, browser: Browser):
    visit = planned(people, planned_at=now() - 3 * DAY)
    browser.login("mina@hanbit.example")
    browser.post(f"/plan/{visit.id}", edit(browser, visit))
    assert not [what for what in ("moved", "reassigned", "accompanied") if told(f"visit.{what}")]


def test_an_older_form_is_not_written_over_a_newer_plan(people: Town, browser: Browser):
    visit = planned(people, planned_at=next_week())
    browser.login("han@hanbit.example")
    data = edit(browser, visit, planned_at=f"{next_week(2):%Y-%m-%d}T10:00")
    planning.move(visit, next_week(4), by=people.mina, at=now())
    page = browser.post(f"/plan/{visit.id}", data, status=409)
    assert page.select_one("[name=planned_at]")["value"] == data["planned_at"]
    assert when(visit) == next_week(4)


def test_a_visit_is_cancelled_with_a_reason(people: Town, browser: Browser):
    visit = planned(people, planned_at=next_week())
    browser.login("mina@hanbit.example")
    form = browser.fill(browser.get(f"/plan/{visit.id}/cancel"), "/cancel$")
    browser.post(f"/plan/{visit.id}/cancel", form, status=422)
    browser.post(f"/plan/{visit.id}/cancel", {**form, "reason": "광산 휴무"})
    db.session.refresh(visit)
    assert (visit.state, visit.cancel_reason) == (VisitState.CANCELLED, "광산 휴무")
    browser.get(f"/plan/{visit.id}", status=303)


def test_an_engineer_plans_for_themselves_and_nobody_else(people: Town, browser: Browser):
    browser.login("mina@hanbit.example")
    page = browser.get("/plan/new", query_string={"site": str(people.pit.id), "day": "2026-12-01"})
    form = browser.fill(page, "/plan/new$", purpose="정기 점검")
    assert (form["engineer"], form["planned_at"]) == (str(people.mina.id), "2026-12-01T09:00")
    browser.post("/plan/new", form)
    browser.post("/plan/new", {**form, "uuid": "", "engineer": str(people.bora.id)}, status=422)
    assert count(Visit) == 1


def test_why_to_go_is_tapped(people: Town, browser: Browser):
    left_before(people)
    complained(people)
    planned(people, purpose="분기 점검")
    browser.login("han@hanbit.example")
    page = browser.get("/plan/new", query_string={"site": str(people.pit.id)})
    offered = {str(box["value"]) for box in page.select("[name=because]")}
    assert {"브리더 교체", "유압이 떨어졌습니다.", "분기 점검"} <= offered
    form = browser.fill(page, "/plan/new$", engineer=str(people.mina.id), planned_at="2026-12-01T09:00")
    browser.post("/plan/new", {**form, "because": ["브리더 교체", "분기 점검"], "purpose": "시료"})
    [visit] = [v for v in db.session.query(Visit) if v.planned_at.date() == date(2026, 12, 1)]
    assert visit.purpose == "브리더 교체 · 분기 점검 · 시료"


def test_the_site_is_found_by_any_name(people: Town, browser: Browser):
    browser.login("mina@hanbit.example")
    for query in ("동부채굴", "ㄷㅂㅊㄱ", "DT-07"):
        page = browser.get("/plan/new", query_string={"q": query})
        assert page.select("#found a.stop"), query
        assert browser.get(str(page.select_one("#found a.stop")["href"])).select("input[name=site]"), query
    assert not browser.get("/plan/new", query_string={"q": "압연공장"}).select("#found a.stop"), "another region's"


def test_contact_and_company_are_chosen(people: Town, browser: Browser):
    browser.login("han@hanbit.example")
    page = browser.get("/plan/new", query_string={"site": str(people.pit.id)})
    form = browser.fill(page, "/plan/new$", engineer=str(people.mina.id), planned_at="2026-12-01T09:00", purpose="시료")
    browser.post("/plan/new", {**form, "co_visitor": str(people.mina.id)}, status=422)
    last = people.mine.contacts[-1]
    browser.post("/plan/new", {**form, "co_visitor": str(people.han.id), "contact": str(last.id)})
    visit = db.session.query(Visit).one()
    assert (visit.co_visitor, visit.contact) == (people.han, last)


def test_the_list_of_visits_is_narrowed_to_a_customer_and_a_state(people: Town, browser: Browser):
    made = [planned(people, planned_at=next_week(n % 5)) for n in range(35)]
    other = planned(people, site=people.english, contact=None, planned_at=next_week())
    planning.cancel(made[0], "Closed", by=people.mina, at=now())
    browser.login("mina@hanbit.example")
    assert links(browser, f"/visits?customer={people.english.customer_id}") == [other.id]
    assert links(browser, "/visits?state=cancelled") == [made[0].id]
    found = links(browser, f"/visits?customer={people.mine.id}&state=planned")
    assert found == [v.id for v in sorted(made[1:], key=lambda v: (v.planned_at, v.id), reverse=True)]
    assert links(browser.login("jun@hanbit.example"), f"/visits?customer={people.mine.id}") == []


def links(browser: Browser, path: str | None) -> list[int]:
    """The visits of a list, over all its pages."""
    found = []
    while path:
        page = browser.get(path)
        found += [int(str(a["href"]).rpartition("/")[2]) for a in page.select("main a.stop")]
        more = page.select_one("a[href*='before=']")
        path = str(more["href"]) if more else None
    return found


@pytest.mark.parametrize(("field", "who"), [("engineer", "jun"), ("engineer", "desk"), ("co_visitor", "jun")])
def test_nobody_is_chosen_who_was_not_offered(people: Town, browser: Browser, field: str, who: str):
    visit = planned(people, planned_at=next_week())
    planning.accompany(visit, people.bora, by=people.han, at=now())
    browser.login("han@hanbit.example")
    data = edit(browser, visit, **{field: str(getattr(people, who).id)})
    assert browser.post(f"/plan/{visit.id}", data, status=422).select_one(f"#{field}-error")
    db.session.refresh(visit)
    assert (visit.engineer, visit.co_visitor) == (people.mina, people.bora)
