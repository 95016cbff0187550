"""What the engineer types about training, findings and what is left, and that no nonsense is taken."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from portal.fieldwork.forms import FindingForm, LeftOverForm, TrainingForm
from portal.fieldwork.kinds import Level
from portal.kit.db import new_uuid
from portal.town import Town

CALM = settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
LESSON = {"topic": "Grease", "minutes": "40", "people_count": "6"}
NASTY = ["NaN", "sNaN", "-1", "0", "1e9", "٠", "½", "\x00", "\ud800", "", " ", "9" * 5000, "12.5", "x" * 100_000]


def test_a_training_is_a_topic_some_minutes_and_some_people(people: Town):
    form = TrainingForm({**LESSON, "minutes": "４０", "attended": " Kim, Park "})
    assert form.ok
    assert (int(form.values["minutes"]), form.values["attended"]) == (40, "Kim, Park")


@pytest.mark.parametrize("field", LESSON)
@pytest.mark.parametrize("text", NASTY)
def test_nonsense_gets_a_sentence_beside_its_box(people: Town, field: str, text: str):
    form = TrainingForm({**LESSON, field: text})
    if field == "topic" and text.isprintable() and text.strip() and len(text) <= 200:
        assert form.ok
    else:
        assert not form.ok and form[field].errors


def test_a_finding_is_about_a_machine_of_the_site_or_all_of_it(people: Town):
    machines = people.pit.machines
    for uuid in ("", machines[0].uuid):
        form = FindingForm({"machine": uuid, "level": "watch", "text": "Dust"}).among(machines)
        assert form.ok and form.values["level"] is Level.WATCH
    elsewhere = people.plant.machines[0].uuid
    for uuid in (elsewhere, new_uuid(), "\x00"):
        assert FindingForm({"machine": uuid, "level": "watch", "text": "Dust"}).among(machines).errors is not None
        assert not FindingForm({"machine": uuid, "level": "watch", "text": "Dust"}).among(machines).ok


@pytest.mark.parametrize("form", [TrainingForm, FindingForm, LeftOverForm])
def test_no_values_break_a_form(people: Town, form: Any):
    names = list(form().values)

    @CALM
    @given(st.dictionaries(st.sampled_from(names), st.lists(st.one_of(st.text(), st.sampled_from(NASTY)), max_size=3)))
    def sends(data: dict[str, list[str]]) -> None:
        filled = form({name: values for name, values in data.items() if values})
        if hasattr(filled, "among"):
            filled.among(people.pit.machines)
        assert filled.ok or any(field.errors for field in filled)

    sends()
