"""Whatever a phone, or somebody who plays one, sends: it is taken, or refused in words, and never breaks."""

from __future__ import annotations

import json
from typing import Any

import hypothesis.strategies as st
import pytest
from hypothesis import HealthCheck, Phase, given, settings

from portal.kit.db import new_uuid
from portal.town import Town
from tests.sync.conftest import Phone
from tests.sync.letters import bottle, envelope
from tests.visits.deeds import complained, on_site, planned, signed

EXAMPLES = settings(
    max_examples=25, deadline=None, suppress_health_check=list(HealthCheck),
    phases=(Phase.explicit, Phase.generate, Phase.shrink),
)  # fmt: skip
NUL, HALF = "\x00", "\ud800"  # PostgreSQL stores no NUL; half a character has no UTF-8
WORDS = st.one_of(
    st.sampled_from(
        ["", " ", NUL, "a" + NUL, HALF, "NaN", "sNaN", "-0", "1e999", "9" * 400, "9" * 5000, "½", "٣", "dark"]
    ),
    st.text(st.characters(), max_size=20),
)
PLAIN = st.one_of(
    st.none(), st.booleans(), st.integers(-(10**30), 10**30), st.floats(allow_nan=False, allow_infinity=False), WORDS
)
JUNK = st.recursive(
    PLAIN,
    lambda deeper: st.one_of(st.lists(deeper, max_size=4), st.dictionaries(WORDS, deeper, max_size=4)),
    max_leaves=8,
)
FORMS = {
    "check-in": ("latitude", "longitude", "accuracy_m"),
    "sample": (
        "compartment", "number", "machine_hours", "oil_hours", "oil_hours_estimated", "oil_changed", "filter_changed",
        "makeup_l", "oil_temp_c", "sample_point", "reason", "visual", "visual_note", "observed", "batch_no",
    ),
    "guidance": (
        "topics", "compartment", "text", "drain_h", "follow_up_on", "product", "drain_basis", "ambient_min_c",
        "ambient_max_c", "duty", "maker_requirement", "fuel_sulfur", "old_oil", "quantity_l", "first_drain_h",
        "sampling_h", "seals", "storage", "sds_given", "waste_oil",
    ),
    "photo": ("photo", "caption", "stage"),
    "training": ("topic", "minutes", "people_count", "attended"),
    "finding": ("machine", "level", "text"),
    "promise": ("text", "due_on"),
    "left-over": ("text",),
    "left-over-done": ("left_over",),
    "complaint": (
        "category", "severity", "channel", "contact", "contact_name", "contact_phone", "description", "asks", "product",
        "batch_no", "machine",
    ),
    "complaint-step": ("complaint", "kind", "text"),
    "complaint-settle": ("complaint", "remedy", "customer_word", "accepted_by"),
    "signature": ("satisfaction", "name", "role", "strokes", "consented"),
    "submission": ("pin",),
}  # fmt: skip
SOUND = {
    "check-in": {},
    "guidance": {"topics": ["storage"], "text": "Wipe it."},
    "training": {"topic": "Grease", "minutes": "40", "people_count": "6"},
    "finding": {"level": "act", "text": "Leak"},
    "promise": {"text": "Seal", "due_on": "2098-02-03"},
    "left-over": {"text": "Filter"},
    "complaint": {
        "category": "quality", "severity": "minor", "channel": "visit", "contact_name": "Kim", "description": "It foams"
    },
    "complaint-step": {"kind": "cause", "text": "Air"},
    "complaint-settle": {"remedy": "New oil", "customer_word": "refused", "accepted_by": "Kim"},
    "signature": {"satisfaction": "4", "name": "김도현", "role": "정비과장", "consented": "y"},
}  # fmt: skip
LETTERS = sorted(FORMS.keys() - {"photo", "submission"})
ENVELOPE = ("uuid", "kind", "visit", "schema", "device", "seq", "occurred", "sent", "base_version", "payload")


@pytest.mark.parametrize("field", ENVELOPE)
def test_an_envelope_of_the_wrong_shape_is_refused(people: Town, phone: Phone, field: str):
    visit = on_site(people)
    sound = envelope("sample", visit, bottle(people))

    @EXAMPLES
    @given(JUNK)
    def sends(junk: Any) -> None:
        letter = {**sound, "uuid": new_uuid(), field: junk}
        address = letter["uuid"] if field != "uuid" else new_uuid()
        status = phone.put(letter, uuid=address, data=json.dumps(letter), content_type="application/json").status_code
        assert status in {200, 201, 404, 409, 422}, (field, junk, status)

    sends()


EDGES = [
    {"seq": 2**63}, {"seq": -(2**63) - 1}, {"seq": 2**31}, {"seq": "7"}, {"seq": 1.5}, {"seq": True},
    {"schema": 2**31}, {"schema": 2**63}, {"schema": -1}, {"schema": "1"}, {"base_version": 10**40},
    {"occurred": "0001-01-01T00:00:00+14:00"}, {"occurred": "9999-12-31T23:59:59-12:00"},
    {"occurred": "0001-01-01T00:00:00+00:00"}, {"sent": "0001-01-01T00:00:00+00:00"},
    {"sent": "9999-12-31T23:59:59+00:00"}, {"sent": "9999-12-31T23:59:59-12:00"}, {"occurred": "2026-11-23"},
    {"occurred": "9999-12-31T23:59:59+00:00", "sent": "0001-01-01T00:00:00+00:00"}, {"occurred": 5}, {"occurred": None},
    {"payload": {"observed": HALF}}, {"payload": {HALF: "x"}}, {"payload": {"observed": NUL}}, {"payload": {NUL: NUL}},
    {"payload": {"observed": float("nan")}}, {"payload": {"x": float("inf")}}, {"payload": []}, {"payload": "x"},
    {"device": "x" * 4000}, {"device": NUL}, {"uuid": f"{{{new_uuid()}}}"}, {"visit": NUL}, {"visit": new_uuid()},
    {"payload": {"visual": [["dark"]]}}, {"payload": {"visual": {"dark": 1}}}, {"payload": {"visual": [None]}},
    {"payload": {"number": {"a": 1}}}, {"payload": {"machine_hours": [[]]}}, {"payload": {"oil_hours": True}},
    {"payload": {"machine_hours": 1e308}}, {"payload": {"x" * 100_000: "y"}},
]  # fmt: skip


def test_edges_of_an_envelope_never_break(people: Town, phone: Phone):
    sound = envelope("sample", on_site(people), bottle(people), device=new_uuid())
    broke = []
    for number, edge in enumerate(EDGES):
        payload = {**sound["payload"], "number": f"HB-2611-{number:04d}"}
        letter = {**sound, "uuid": new_uuid(), "seq": number, "payload": payload, **edge}
        if isinstance(edge.get("payload"), dict):
            letter["payload"] = {**payload, **edge["payload"]}
        address = letter["uuid"] if "uuid" not in edge else new_uuid()
        answer = phone.put(letter, uuid=address, data=json.dumps(letter), content_type="application/json")
        broke += [(edge, answer.status_code)] * (answer.status_code not in {201, 404, 422})
    assert not broke


BODIES = (b"", b"{", b"null", b"[]", b"1", b'"x"', b"[" * 100_000, b"\xff\xfe", b"{}{}", b'{"a":' * 50_000)


def test_what_is_no_envelope_is_refused(people: Town, phone: Phone):
    broke = []
    for body in BODIES:
        for kind in ("application/json", "text/plain", "multipart/form-data"):
            status = phone.put(None, uuid=new_uuid(), data=body, content_type=kind).status_code
            broke += [(body[:20], kind, status)] * (status not in {400, 415, 422})
    assert not broke


def test_a_letter_of_many_megabytes_is_refused(people: Town, phone: Phone):
    letter = envelope("guidance", on_site(people), {"topics": ["storage"], "text": "x" * 30_000_000})
    assert phone.put(letter).status_code in {413, 422}


@pytest.mark.parametrize("kind", LETTERS)
def test_a_letter_with_nonsense_in_its_boxes_never_breaks(people: Town, phone: Phone, kind: str):
    visit = (planned if kind == "check-in" else on_site)(people).uuid
    sound = _sound(people, kind)

    @EXAMPLES
    @given(st.dictionaries(st.sampled_from(FORMS[kind]), JUNK, max_size=3))
    def sends(junk: dict[str, Any]) -> None:
        letter = envelope(kind, visit, {**sound, **junk})
        status = phone.put(letter, data=json.dumps(letter), content_type="application/json").status_code
        assert status in {201, 409, 422}, (junk, status)

    sends()


@pytest.mark.parametrize("kind", FORMS)
def test_a_form_with_nonsense_in_its_boxes_never_breaks(people: Town, phone: Phone, kind: str):
    start = {"check-in": planned, "submission": signed}.get(kind, on_site)
    path = f"/o/{kind}/{start(people).uuid}"
    sound = {**_sound(people, kind), "uuid": ""}

    @EXAMPLES
    @given(st.dictionaries(st.sampled_from(("uuid", *FORMS[kind])), st.one_of(WORDS, st.lists(WORDS, max_size=3))))
    def sends(junk: dict[str, Any]) -> None:
        form = {**sound, "uuid": new_uuid(), **{name: _typed(value) for name, value in junk.items()}}
        status = phone.post(path, form).status_code
        assert status in {303, 409, 422, 429}, (junk, status)

    sends()


def _sound(people: Town, kind: str) -> dict[str, Any]:
    """A form as it should be; one about a complaint has one to be about."""
    about = {"complaint": complained(people).uuid} if kind.startswith("complaint-") else {}
    return {**(bottle(people) if kind == "sample" else SOUND.get(kind, {})), **about}


def _typed(value: Any) -> Any:
    """As a form can carry it: half a character is sent as a question mark."""
    words = value if isinstance(value, list) else [value]
    return [word.encode("utf-8", "replace").decode() for word in words]


PLACES = ("%00", "x", "a" * 4000, "'; --", "%F0%9F%9B%A2", "00000000-0000-0000-0000-000000000000")
KINDS = ("nothing", "%00", "check_in", "CHECK-IN", "x" * 5000)


def test_a_visit_or_a_kind_that_nobody_knows_is_not_found(people: Town, phone: Phone):
    uuid = planned(people).uuid
    paths = [f"/o/check-in/{place}" for place in PLACES] + [f"/o/{kind}/{uuid}" for kind in KINDS]
    answers = {path[:60]: phone.post(path, {"uuid": new_uuid()}).status_code for path in paths}
    assert set(answers.values()) == {404}, answers


def test_a_form_without_a_number_of_its_own_is_asked_for_again(people: Town, phone: Phone):
    uuid = planned(people).uuid
    answer = phone.post(f"/o/check-in/{uuid}", {})
    assert answer.status_code == 422 and "Reload the page" in answer.text
