"""What the engineer types about guidance."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from flask import Flask
from flask_babel import Babel
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from portal.catalogue.models import Product
from portal.customers.kinds import CompartmentKind
from portal.customers.models import Compartment, Machine
from portal.guidance.forms import GuidanceForm
from portal.guidance.kinds import DrainBasis, Topic
from portal.guidance.labels import TOPIC
from portal.kit.db import Words

CALM = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])  # a busy machine is no fault

ENGINE = "11111111-1111-4111-8111-111111111111"
OIL = "33333333-3333-4333-8333-333333333333"
GOOD = {"topics": ["drain_interval", "winter"], "text": "350시간마다 교환해 주세요.", "compartment": ENGINE}
TODAY = date(2026, 11, 23)


@pytest.fixture(autouse=True, scope="module")
def speech() -> Iterator[None]:
    """A language to speak, and no database."""
    app = Flask("speech")
    Babel(app)
    with app.app_context():
        yield


def form(**changes: Any) -> GuidanceForm:
    machine = Machine(number="DT-07", kind="덤프트럭", make="Kestrel", model="KD785")
    engine = Compartment(uuid=ENGINE, machine=machine, kind=CompartmentKind.ENGINE, product=Product(name="Oil"))
    data = {name: value for name, value in {**GOOD, **changes}.items() if value is not None}
    products = [Product(uuid=OIL, name="Hydro 46", grade="ISO VG 46")]
    return GuidanceForm(data).among([engine]).offering(products).not_before(TODAY)


def test_a_filled_form_gives_clean_values():
    filled = form(drain_h="350", follow_up_on="2027-02-23")

    assert filled.ok, filled.errors
    assert set(filled.values["topics"]) == {Topic.DRAIN_INTERVAL, Topic.WINTER}
    assert (filled.values["drain_h"], filled.values["follow_up_on"]) == (350, date(2027, 2, 23))


@pytest.mark.parametrize("empty", [None, "", "   "])
@pytest.mark.parametrize("name", ["topics", "text"])
def test_guidance_is_about_something_and_says_something(name: str, empty: str | None):
    asked = form(**{name: empty})
    assert not asked.ok and list(asked.errors) == [name]


def test_everything_of_the_table_of_guidance_can_be_said():
    said = {
        "product": OIL, "ambient_min_c": "-18.5", "ambient_max_c": "38", "duty": "20 h/day, dust",
        "maker_requirement": "API CK-4", "fuel_sulfur": "10 ppm", "old_oil": "Other 46", "quantity_l": "129,5",
        "drain_basis": "analysis", "first_drain_h": "50", "sampling_h": "250", "seals": "FKM", "storage": "inside",
        "sds_given": "y", "waste_oil": "licensed carrier",
    }  # fmt: skip
    filled = form(**said)
    assert filled.ok, filled.errors
    values = filled.values
    assert (values["product"], values["drain_basis"], values["sds_given"]) == (OIL, DrainBasis.ANALYSIS, True)
    assert (values["ambient_min_c"], values["quantity_l"]) == (Decimal("-18.5"), Decimal("129.5"))


def test_what_is_known_is_filled_in_until_somebody_writes():
    fresh = GuidanceForm({"compartment": ENGINE, "old_oil": ""})
    fresh.fill(old_oil="Known", quantity_l=Decimal(129), maker_requirement=None)
    assert fresh.is_fresh and (fresh.old_oil.data, fresh.quantity_l.data) == ("", 129), "an emptied box stays empty"
    assert not form().is_fresh


@pytest.mark.parametrize("name", sorted(set(GuidanceForm()._fields) - {"topics", "text"}))
@pytest.mark.parametrize("empty", [None, ""])
def test_the_rest_may_stay_empty(name: str, empty: str | None):
    assert form(**{name: empty}).ok


@pytest.mark.parametrize(
    ("name", "typed"),
    [
        ("topics", ["gossip"]), ("compartment", "22222222-2222-4222-8222-222222222222"), ("drain_h", "0"),
        ("drain_h", "12.5"), ("drain_h", "NaN"), ("follow_up_on", "2026-11-22"), ("follow_up_on", "2026-02-30"),
        ("follow_up_on", "soon"), ("text", "a\x00b"), ("text", "X" * 2001),
        ("product", "22222222-2222-4222-8222-222222222222"), ("quantity_l", "0"), ("drain_basis", "hearsay"),
        ("ambient_min_c", "-61"), ("ambient_max_c", "71"), ("first_drain_h", "0"), ("sampling_h", "-1"),
        ("storage", "X" * 501), ("duty", "a\x00b"), ("ambient_min_c", "sNaN"),
    ],
)  # fmt: skip
def test_what_cannot_be_is_refused_beside_its_box(name: str, typed: Any):
    asked = form(**{name: typed})
    assert not asked.ok and list(asked.errors) == [name]


def test_today_is_early_enough_to_look_again():
    assert form(follow_up_on="2026-11-23").ok


def test_the_hottest_is_not_colder_than_the_coldest():
    asked = form(ambient_min_c="5", ambient_max_c="4")
    assert not asked.ok and list(asked.errors) == ["ambient_max_c"]
    assert form(ambient_min_c="5", ambient_max_c="5").ok


ANYTHING = st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.lists(st.text(), max_size=3)


@CALM
@given(st.dictionaries(st.sampled_from(list(GuidanceForm()._fields)), ANYTHING))
def test_no_payload_of_a_phone_falls_over(payload: dict[str, Any]):
    asked = form(**payload)
    assert asked.ok or asked.errors
    if asked.ok:
        assert asked.values["text"] and asked.values["topics"]


def test_every_topic_has_a_label_and_all_fit_their_column():
    kept = Words(Topic).process_bind_param(Topic, None)
    assert list(TOPIC) == list(Topic)
    assert kept is not None and len(kept) <= 120
