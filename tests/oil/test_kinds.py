"""The words of a sample, and how they are said."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from portal.kit.db import Words
from portal.oil import labels
from portal.oil.kinds import Reason, SamplePoint, SampleState, VisualCode, YesNo, contradicts

CALM = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])  # a busy machine is no fault

V = VisualCode


@pytest.mark.parametrize("token", ["MAG_SUSPENSION", "NONMAG_GRANULES"])
def test_the_tokens_of_the_rules_are_names_here(token: str):
    assert V[token].value.upper() == token


def test_all_that_can_be_seen_at_once_fits_its_column():
    kept = Words(VisualCode).process_bind_param(V, None)
    assert kept is not None and len(kept) <= 120


@pytest.mark.parametrize(
    ("words", "labels"),
    [
        (SamplePoint, labels.SAMPLE_POINT),
        (Reason, labels.REASON),
        (YesNo, labels.YES_NO),
        (VisualCode, labels.VISUAL),
        (SampleState, labels.SAMPLE_STATE),
    ],
)
def test_every_word_has_a_label(words, labels):
    assert list(words) == list(labels)


@pytest.mark.parametrize("other", [V.DARK, V.HAZY, V.MILKY])
def test_clear_oil_is_not_dark_hazy_or_milky(other: VisualCode):
    assert contradicts(frozenset({V.CLEAR, other}))


@pytest.mark.parametrize("other", [V.WATER, V.NONMAG_GRANULES, V.FOAM, V.BURNT])
def test_clear_oil_may_stand_over_water_or_carry_grains(other: VisualCode):
    assert not contradicts(frozenset({V.CLEAR, other}))


@CALM
@given(st.frozensets(st.sampled_from(sorted(set(V) - {V.CLEAR}))))
def test_without_clear_nothing_contradicts(visual: frozenset[VisualCode]):
    assert not contradicts(visual)
