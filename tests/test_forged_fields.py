"""Nobody writes a column by naming it: every form of every person, posted with fields that are not on it."""

from __future__ import annotations

from typing import Any

import pytest

from portal.kit.clock import now
from portal.kit.db import Base, canonical, db, new_uuid
from portal.town import Town
from tests.support.client import Browser
from tests.support.digest import born, changed, rows_of
from tests.support.visits import picture, visit_in

FORGED = "424242"
LONG_AGO = "2001-02-03"
KEYS = {c.name for t in Base.metadata.sorted_tables for c in t.c if c.name.endswith("_id") or c.name == "id"}
INSTANTS = ("at", "taken_at", "signed_at", "submitted_at", "approved_at", "created_at")
EXTRA = {
    **dict.fromkeys(sorted(KEYS), FORGED),
    **dict.fromkeys(INSTANTS, f"{LONG_AGO}T04:05+00:00"),
    **{"state": "approved", "version": FORGED, "record_version": FORGED, "roles": "admin", "is_active": "1"},
    **{"distance_m": FORGED, "digest": FORGED, "sha256": FORGED, "size": FORGED, "code": FORGED, "status": "held"},
}
ENTRY = {"journal", "sync_record"}
# deed: (state before, form, tables with new rows, columns of the visit that change, its state afterwards)
DEEDS: dict[str, tuple[str, dict[str, Any], set[str], set[str], str]] = {
    "check-in": (
        "planned",
        {"latitude": "37.2268", "longitude": "129.0431", "accuracy_m": "12"},
        ENTRY,
        {"state", "arrived_at", "latitude", "longitude", "accuracy_m", "distance_m", "nearness", "version"},
        "on_site",
    ),
    "sample": (
        "on_site",
        {
            **{"number": "B-1", "machine_hours": "12500", "oil_hours": "260", "oil_changed": "no"},
            **{"reason": "routine", "visual": ["dark"]},
        },
        ENTRY | {"samples"},
        set(),
        "on_site",
    ),
    "guidance": ("on_site", {"topics": ["winter"], "text": "Advice"}, ENTRY | {"guidances"}, set(), "on_site"),
    "photo": ("on_site", {"caption": "Gauge"}, ENTRY | {"photos", "blobs"}, set(), "on_site"),
    "training": (
        "on_site",
        {"topic": "Grease", "minutes": "40", "people_count": "6"},
        ENTRY | {"trainings"},
        set(),
        "on_site",
    ),
    "finding": ("on_site", {"level": "act", "text": "Leak"}, ENTRY | {"findings"}, set(), "on_site"),
    "promise": ("on_site", {"text": "Seal", "due_on": "2098-02-03"}, ENTRY | {"promises"}, set(), "on_site"),
    "left-over": ("on_site", {"text": "Filter"}, ENTRY | {"left_overs"}, set(), "on_site"),
    "complaint": (
        "on_site",
        {
            **{"category": "quality", "severity": "minor", "channel": "visit", "contact_name": "Kim"},
            "description": "It foams",
        },
        ENTRY | {"complaints"},
        set(),
        "on_site",
    ),
    "signature": (
        "on_site",
        {"name": "Kim", "role": "Foreman", "satisfaction": "5", "consented": "y"},
        ENTRY | {"signatures"},
        {"state", "signed_at", "version"},
        "signed",
    ),
    "submission": (
        "signed",
        {"pin": "246813"},
        ENTRY | {"documents", "jobs", "signing_keys"},
        {"state", "submitted_at", "record_version", "version"},
        "submitted",
    ),
}


def forged_in(rows: dict[str, list[dict[str, object]]]) -> list[str]:
    """Where a forged value was written. The envelope is kept word for word, so its body is not looked at."""
    return [
        f"{table}.{column} = {value!r}"
        for table, found in rows.items()
        for row in found
        for column, value in row.items()
        if (table, column) != ("sync_record", "body") and any(mark in canonical(value) for mark in (FORGED, LONG_AGO))
    ]


@pytest.mark.parametrize("deed", DEEDS)
def test_the_field_forms_take_only_their_own_boxes(browser: Browser, people: Town, deed: str) -> None:
    state, form, tables, columns, afterwards = DEEDS[deed]
    visit = visit_in(state, people.pit, people.mina, people.han, at=now())
    send: dict[str, Any] = {**EXTRA, **form, "uuid": new_uuid(), "compartment": people.engine.uuid}
    if deed == "photo":
        send["photo"] = (picture(), "photo.jpg")
    address, number, mina = f"/o/{deed}/{visit.uuid}", str(visit.id), people.mina.id
    browser.login(people.mina.email)
    before = rows_of()

    browser.post(address, send)

    after = rows_of()
    new, old = born(before, after), changed(before, after)
    assert set(new) <= tables
    assert set(new) >= tables - {"signing_keys"}, "she may have a key already"
    assert old.keys() <= {"visits", "machines"}, "nothing but the visit, and the meter that was read"
    assert old.get("machines", {}).keys() <= ({"hours", "hours_at", "version"} if deed == "sample" else set())
    assert old.get("visits", {}).keys() <= columns
    assert after["visits"][number]["state"] == afterwards
    assert after["visits"][number]["engineer_id"] == mina
    assert not forged_in(new)
    assert not forged_in({"visits": [after["visits"][number]]})


def test_an_approval_approves_and_does_nothing_else(browser: Browser, people: Town) -> None:
    visit = visit_in("submitted", people.pit, people.mina, people.han, at=now())
    address, number, han = f"/approvals/{visit.id}", str(visit.id), people.han.id
    browser.login(people.han.email)
    before = rows_of()

    browser.post(address, {**EXTRA, "pin": "527160"})

    after = rows_of()
    new, old = born(before, after), changed(before, after)
    assert set(new) <= {"journal", "jobs", "signing_keys"}
    assert old.keys() == {"visits", "documents"}
    assert old["visits"].keys() == {"state", "approved_at", "approved_by_id", "version"}
    assert old["documents"].keys() <= {"countersigned_at", "countersigned_by_id", "version"}
    assert after["visits"][number]["approved_by_id"] == han
    assert not forged_in({**new, "visits": [after["visits"][number]]})


def test_a_plan_is_a_planned_visit_by_the_person_who_plans(browser: Browser, people: Town) -> None:
    site, mina, han, mine = people.pit.id, people.mina.id, people.han.id, people.mine.id
    browser.login(people.han.email)
    before = rows_of()
    plan = {"site": str(site), "engineer": str(mina), "planned_at": "2027-01-11T09:00", "purpose": "Oil change"}

    browser.post("/plan/new", {**EXTRA, **plan, "uuid": new_uuid()})

    after = rows_of()
    new, old = born(before, after), changed(before, after)
    assert not old
    assert set(new) == {"visits", "journal"}
    [visit] = new["visits"]
    assert (visit["state"], visit["engineer_id"], visit["planned_by_id"]) == ("planned", mina, han)
    assert (visit["site_id"], visit["customer_id"], visit["record_version"]) == (site, mine, 0)
    assert not forged_in(new)


@pytest.mark.parametrize("path", ["/language", "/theme", "/verify", "/login"])
def test_the_public_forms_change_nobody(browser: Browser, people: Town, path: str) -> None:
    before = rows_of("journal")
    data = {"language": "en", "theme": "day", "email": people.mina.email, "password": "sightglass-mina"}
    browser.post(path, {**EXTRA, **data}, status={"/verify": 422}.get(path, 303))

    after = rows_of("journal")
    assert not born(before, after)
    assert not changed(before, after)


def test_an_envelope_names_no_columns_either(browser: Browser, people: Town) -> None:
    visit = visit_in("on_site", people.pit, people.mina, people.han, at=now())
    body = {
        "uuid": new_uuid(), "kind": "guidance", "visit": visit.uuid, "occurred": now().isoformat(),
        "payload": {**EXTRA, "topics": ["winter"], "text": "Advice", "compartment": ""},
    }  # fmt: skip
    browser.login(people.mina.email)
    db.session.commit()
    before = rows_of()

    answer = browser.client.put(
        f"/sync/records/{body['uuid']}", json={**EXTRA, **body}, headers={"Sec-Fetch-Site": "same-origin"}
    )

    assert answer.status_code == 201, answer.text
    new, old = born(before, rows_of()), changed(before, rows_of())
    assert not old
    assert set(new) == ENTRY | {"guidances"}
    assert not forged_in(new)
