"""What the engineer types about a bottle: which boxes are needed, what is refused, and that nothing breaks it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest
from flask import Flask
from flask_babel import Babel
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from portal.catalogue.models import Product
from portal.config import Settings
from portal.customers.kinds import CompartmentKind
from portal.customers.models import Compartment, Machine
from portal.oil.forms import SampleForm
from portal.oil.kinds import Reason, SamplePoint, VisualCode, YesNo
from portal.oil.models import Sample
from portal.town import Town

CALM = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])  # a busy machine is no fault

ENGINE = "11111111-1111-4111-8111-111111111111"
GOOD = {
    "compartment": ENGINE, "number": "HB-2611-0427", "machine_hours": "12,450", "oil_hours": "270",
    "oil_changed": "yes", "reason": "routine", "visual": ["dark", "mag_suspension"],
}  # fmt: skip
NASTY = [
    "NaN", "sNaN", "-NaN", "Infinity", "-inf", "1e999999999", "1e-999999999", "9" * 5000, "0x1F", "1_000", "--5",
    "\x00", "12\x00", "１２４５０", "١٢٤٥٠", "१२४५०", "𝟏𝟐", "①②", "½", "1,2,3", ".", ",", "-", "+", " ", "\u3000",
    "12,450", "12.450,0", "1e3", "\ud800", "‏١٢", "null", "None", "true", "[]", "<script>", "%(low)s", "{0}",
]  # fmt: skip


@pytest.fixture(autouse=True, scope="module")
def speech(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """A language to speak, and no database."""
    app = Flask("speech")
    app.config["SETTINGS"] = Settings(data_dir=tmp_path_factory.mktemp("speech"), database_url="")
    Babel(app)
    with app.app_context():
        yield


def engine() -> Compartment:
    machine = Machine(number="DT-07", kind="덤프트럭", make="Kestrel", model="KD785")
    return Compartment(
        uuid=ENGINE, machine=machine, kind=CompartmentKind.ENGINE, product=Product(name="Hanbit Diesel Pro 15W-40")
    )


def form(**changes: Any) -> SampleForm:
    data = {name: value for name, value in {**GOOD, **changes}.items() if value is not None}
    return SampleForm(data).among([engine()])


def test_a_filled_form_gives_clean_values():
    filled = form(number=" hb-2611-0427", oil_temp_c="85,5", sample_point="pump", oil_hours_estimated="on")

    assert filled.ok, filled.errors
    assert filled.values["number"] == "HB-2611-0427"
    assert (filled.values["machine_hours"], filled.values["oil_hours"]) == (Decimal(12450), Decimal(270))
    assert filled.values["oil_temp_c"] == Decimal("85.5")
    assert filled.values["oil_hours_estimated"] is True
    assert filled.values["sample_point"] is SamplePoint.PUMP
    assert (filled.values["reason"], filled.values["oil_changed"]) == (Reason.ROUTINE, YesNo.YES)
    assert set(filled.values["visual"]) == {VisualCode.DARK, VisualCode.MAG_SUSPENSION}
    assert (filled.values["filter_changed"], filled.values["makeup_l"]) == (None, None)


@pytest.mark.parametrize("empty", [None, "", "   ", "\u3000"])
@pytest.mark.parametrize("name", ["compartment", "number", "machine_hours", "oil_hours", "oil_changed", "reason"])
def test_what_a_laboratory_cannot_do_without_is_asked_for(name: str, empty: str | None):
    asked = form(**{name: empty})

    assert not asked.ok
    assert list(asked.errors) == [name]
    assert all(sentence.endswith(".") for sentence in asked.errors[name])


def test_something_was_seen_in_the_bottle():
    asked = form(visual=None)
    assert not asked.ok and list(asked.errors) == ["visual"]


def test_an_empty_form_names_every_gap_and_does_not_fall():
    for data in (None, {}, {"number": []}):
        empty = SampleForm(data).among([engine()])
        assert not empty.ok
        assert {"compartment", "number", "machine_hours", "oil_hours", "oil_changed", "reason"} <= set(empty.errors)


@pytest.mark.parametrize(
    "name",
    ["filter_changed", "makeup_l", "oil_temp_c", "sample_point", "visual_note", "observed", "batch_no"],
)
def test_the_rest_may_stay_empty(name: str):
    assert form(**{name: ""}).ok and form(**{name: None}).ok


def test_new_oil_was_in_no_machine_and_needs_no_hours():
    assert form(reason="new_oil", oil_hours="").ok
    assert form(reason="new_oil", oil_hours="").values["oil_hours"] is None


@pytest.mark.parametrize(("machine", "oil", "ok"), [("270", "270", True), ("270", "270.1", False), ("0", "0", True)])
def test_oil_is_never_older_than_its_machine(machine: str, oil: str, ok: bool):
    asked = form(machine_hours=machine, oil_hours=oil)

    assert asked.ok is ok
    assert ok or asked.errors == {"oil_hours": ["The oil cannot be older than the machine. Check both hours."]}


def test_a_compartment_of_another_site_is_refused():
    asked = form(compartment="22222222-2222-4222-8222-222222222222")
    assert not asked.ok
    assert asked.errors == {"compartment": ["This compartment is not at this site. Choose another."]}


def test_clear_and_dark_at_once_is_refused():
    asked = form(visual=["clear", "dark"])
    assert not asked.ok and list(asked.errors) == ["visual"]


@pytest.mark.parametrize(
    ("name", "typed"),
    [
        ("machine_hours", "-1"), ("machine_hours", "300001"), ("machine_hours", "12.34"), ("makeup_l", "-0.1"),
        ("oil_temp_c", "251"), ("oil_temp_c", "-61"), ("oil_changed", "maybe"), ("reason", "fun"),
        ("sample_point", "bucket"), ("visual", ["pretty"]), ("number", "X" * 41), ("batch_no", "X" * 41),
        ("observed", "X" * 2001), ("number", "HB\x00"), ("observed", "a\x00b"), ("visual_note", "a\x1bb"),
    ],
)  # fmt: skip
def test_what_cannot_be_is_refused_beside_its_box(name: str, typed: Any):
    asked = form(**{name: typed})
    assert not asked.ok and list(asked.errors) == [name]


@pytest.mark.parametrize("typed", ["１２４５０", "١٢٤٥٠", "१२४५०", "12,450", "12450.0", " 12450 "])
def test_every_keyboard_can_write_hours(typed: str):
    asked = form(machine_hours=typed)
    assert asked.ok, asked.errors
    assert asked.values["machine_hours"] == 12450


@pytest.mark.parametrize("typed", ["NaN", "sNaN", "Infinity", "1e999999999", "9" * 5000, "0x1F", "1_000", "\x00", "½"])
def test_what_is_no_number_is_refused_with_a_sentence(typed: str):
    asked = form(machine_hours=typed)
    assert not asked.ok and list(asked.errors) == ["machine_hours"]
    assert all(sentence.endswith(".") for sentence in asked.errors["machine_hours"])


@pytest.mark.parametrize("name", [*GOOD, "filter_changed", "makeup_l", "oil_temp_c", "sample_point", "observed"])
@pytest.mark.parametrize("typed", NASTY)
def test_no_box_falls_over_what_is_typed(name: str, typed: str):
    whatever(form(**{name: typed}))


ANYTHING = st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.lists(st.text(), max_size=3)


@CALM
@given(
    st.dictionaries(st.sampled_from([*GOOD, "oil_hours_estimated", "makeup_l", "sample_point", "batch_no"]), ANYTHING)
)
def test_no_payload_of_a_phone_falls_over(payload: dict[str, Any]):
    whatever(SampleForm({**GOOD, **payload}).among([engine()]))


def whatever(asked: SampleForm) -> None:
    """Either all is well and the values are of their kinds, or there is a sentence; never an exception."""
    if not asked.ok:
        assert asked.errors
        return
    values = asked.values
    assert values["number"] and values["machine_hours"].is_finite()
    assert values["oil_hours"] is None or values["oil_hours"] <= values["machine_hours"]
    assert isinstance(values["oil_changed"], YesNo) and isinstance(values["reason"], Reason)
    assert values["visual"] and set(values["visual"]) <= set(VisualCode)


def test_what_was_written_last_time_stands_beside_its_box():
    last = Sample(
        taken_at=datetime(2026, 10, 20, 1, 0, tzinfo=UTC), unit_hours=Decimal(12180), oil_hours=Decimal("250.5"),
        sample_point=SamplePoint.VALVE, visual=frozenset({VisualCode.MAG_SUSPENSION, VisualCode.DARK}),
    )  # fmt: skip
    asked = form().remember(last)

    assert str(asked["machine_hours"].previous).startswith("12,180 h · ")
    assert "20 Oct" in asked["machine_hours"].previous
    assert asked["oil_hours"].previous.startswith("250.5 h · ")
    assert asked["makeup_l"].previous is None
    assert asked["sample_point"].previous == "Sampling valve"
    assert asked["visual"].previous == "Dark, Magnetic haze"


def test_before_the_first_sample_there_is_nothing_to_remember():
    assert form().remember(None)["machine_hours"].previous is None


def test_the_choices_are_those_of_the_site(people: Town):
    asked = SampleForm().among(people.truck.compartments)
    assert [choice.value for choice in asked["compartment"].choices] == [c.uuid for c in people.truck.compartments]
    assert "DT-07" in asked["compartment"].choices[0].label
