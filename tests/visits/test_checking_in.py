"""The engineer arrives: the position is graded against the site, and never stands in the way."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from portal.customers.distance import Nearness
from portal.kit.db import db, new_uuid
from portal.kit.errors import NotYours, WrongState
from portal.town import Town
from portal.visits import actions
from portal.visits.kinds import VisitState
from portal.visits.models import Visit
from tests.support.client import Browser
from tests.visits.deeds import HOUR, MONDAY_9AM, planned, signed, told

METRES_PER_DEGREE = 111_195  # of latitude, on the sphere that `distance_m` measures on


@pytest.mark.parametrize(
    ("beyond_m", "accuracy_m", "says"),
    [
        (-50, 10, Nearness.INSIDE),
        (-1, 900, Nearness.INSIDE),
        (200, 10, Nearness.NEAR),
        (700, 900, Nearness.NEAR),
        (700, 10, Nearness.FAR),
        (400_000, 10, Nearness.FAR),
        (-50, 1_001, Nearness.UNKNOWN),
    ],
)
def test_a_position_is_graded_against_the_site(people: Town, beyond_m: int, accuracy_m: int, says: Nearness):
    visit, pit = planned(people), people.pit
    metres = pit.radius_m + beyond_m
    position = (pit.latitude + metres / METRES_PER_DEGREE, pit.longitude, accuracy_m)
    actions.check_in(visit, position, by=people.mina, at=MONDAY_9AM)
    db.session.commit()

    assert (visit.state, visit.arrived_at, visit.nearness) == (VisitState.ON_SITE, MONDAY_9AM, says)
    assert visit.distance_m == pytest.approx(metres, rel=0.001, abs=1)
    [entry] = told("visit.checked_in")
    after = {"state": "on_site", "nearness": says, "distance_m": visit.distance_m}
    assert (entry.facts["before"], entry.facts["after"]) == ({"state": "planned"}, after)
    assert (entry.by_id, entry.at, entry.subject_id) == (people.mina.id, MONDAY_9AM, visit.id)


def test_without_a_position_one_has_arrived_all_the_same(people: Town):
    visit = planned(people)
    actions.check_in(visit, None, by=people.mina, at=MONDAY_9AM)
    db.session.commit()

    assert (visit.state, visit.nearness) == (VisitState.ON_SITE, Nearness.UNKNOWN)
    assert (visit.latitude, visit.longitude, visit.accuracy_m, visit.distance_m) == (None, None, None, None)


def test_the_journal_does_not_keep_where_somebody_was(people: Town):
    visit = planned(people)
    actions.check_in(visit, (37.1, 128.9, 5), by=people.mina, at=MONDAY_9AM)
    assert not {"latitude", "longitude"} & set(told("visit.checked_in")[0].facts["after"])


@pytest.mark.parametrize("who", ["bora", "han", "jun"])
def test_nobody_arrives_for_somebody_else(people: Town, who: str):
    with pytest.raises(NotYours, match=people.mina.name):
        actions.check_in(planned(people), None, by=getattr(people, who), at=MONDAY_9AM)


def test_one_arrives_once(people: Town):
    visit = signed(people)
    with pytest.raises(WrongState):
        actions.check_in(visit, None, by=people.mina, at=MONDAY_9AM + HOUR)
    db.session.rollback()
    assert visit.arrived_at == MONDAY_9AM


JUNK = [
    {},
    {"latitude": "", "longitude": "", "accuracy_m": ""},
    {"latitude": "37.1", "longitude": "", "accuracy_m": "5"},
    {"latitude": "37.1", "longitude": "128.9"},
    *({"latitude": word, "longitude": "128.9", "accuracy_m": "5"} for word in (
        "abc", "NaN", "sNaN", "-Infinity", "91", "-90.0001", "1e400", "9" * 5000, "0x10", "1_0", "\x00", "🛢", "1,2,3",
    )),
    {"latitude": "37.1", "longitude": "181", "accuracy_m": "5"},
    *({"latitude": "37.1", "longitude": "128.9", "accuracy_m": word} for word in ("-1", "1e9", "null", "Infinity")),
    {"latitude": ["37.1", "x"], "longitude": ["y", "z"], "accuracy_m": ["", "5"]},
]  # fmt: skip


def test_no_nonsense_from_a_phone_stands_in_the_way(people: Town, browser: Browser):
    browser.login("mina@hanbit.example")
    for junk in JUNK:
        visit = planned(people)
        browser.post(f"/o/check-in/{visit.uuid}", {"uuid": new_uuid(), **junk})
        db.session.refresh(visit)
        assert (visit.state, visit.nearness) == (VisitState.ON_SITE, Nearness.UNKNOWN), junk
        assert visit.latitude is None, junk


@pytest.mark.parametrize(
    ("latitude", "longitude", "accuracy"),
    [
        ("{}", "{}", "12.5"),
        ("{}00000000001234", "{}00000000009876", "12.345678901234567"),  # as a double comes out of a browser
        ("{}", "{}", "1.2e1"),
    ],
)
def test_a_position_as_a_phone_writes_it_is_understood(
    people: Town, browser: Browser, latitude: str, longitude: str, accuracy: str
):
    visit, pit = planned(people), people.pit
    spot = {"latitude": latitude.format(pit.latitude), "longitude": longitude.format(pit.longitude)}
    browser.login("mina@hanbit.example")
    browser.post(f"/o/check-in/{visit.uuid}", {"uuid": new_uuid(), **spot, "accuracy_m": accuracy})

    db.session.refresh(visit)
    assert (visit.nearness, visit.accuracy_m, visit.distance_m) == (Nearness.INSIDE, 12, 0)


def test_another_visit_that_is_changed_meanwhile_is_not_overwritten(people: Town):
    visit = planned(people)
    elsewhere = sa.update(Visit.__table__).where(Visit.__table__.c.id == visit.id).values(version=7, purpose="Other")
    db.session.execute(elsewhere)
    with pytest.raises(sa.orm.exc.StaleDataError):
        actions.check_in(visit, None, by=people.mina, at=MONDAY_9AM)
