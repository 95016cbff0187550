"""Where a phone was is measured and graded; whatever it says, there is an answer."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from portal.customers.distance import EARTH_RADIUS_M, Nearness, distance_m, grade

CALM = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])  # a busy machine is no fault

LATITUDE = st.floats(-90, 90)
LONGITUDE = st.floats(-180, 180)
HALF_ROUND_M = round(3.141592653589793 * EARTH_RADIUS_M)


@pytest.mark.parametrize(
    ("here", "there", "metres"),
    [
        ((37.2268, 129.0431), (37.2268, 129.0431), 0),
        ((37.0, 127.0), (38.0, 127.0), 111_195),  # one degree of a meridian on the mean sphere
        ((37.5, 127.0), (37.5, 127.001), 88),  # a thousandth of a degree, cos 37.5° of it
        ((0.0, 179.9995), (0.0, -179.9995), 111),  # across the date line
        ((90.0, 0.0), (90.0, 90.0), 0),  # all longitudes meet at the pole
        ((37.5665, 126.9780), (35.1796, 129.0756), 325_109),  # Seoul to Busan
        ((0.0, 0.0), (0.0, 180.0), HALF_ROUND_M),
    ],
)
def test_known_distances(here: tuple[float, float], there: tuple[float, float], metres: int):
    assert abs(distance_m(*here, *there) - metres) <= max(1, metres // 2000)


@CALM
@given(LATITUDE, LONGITUDE, LATITUDE, LONGITUDE)
def test_there_and_back_is_the_same_and_no_way_is_longer_than_half_round_the_earth(a, b, c, d):
    assert distance_m(a, b, c, d) == distance_m(c, d, a, b)
    assert 0 <= distance_m(a, b, c, d) <= HALF_ROUND_M


@CALM
@given(LATITUDE, LONGITUDE)
def test_where_one_stands_is_no_way_off(latitude, longitude):
    assert distance_m(latitude, longitude, latitude, longitude) == 0


@pytest.mark.parametrize("wrong", [float("nan"), float("inf"), float("-inf")])
def test_what_is_no_number_has_no_distance(wrong: float):
    with pytest.raises(ValueError):
        distance_m(wrong, 127.0, 37.0, 127.0)


@pytest.mark.parametrize(
    ("distance", "accuracy", "radius", "nearness"),
    [
        (0, 8, 500, Nearness.INSIDE),
        (500, 8, 500, Nearness.INSIDE),
        (501, 8, 500, Nearness.NEAR),
        (800, 8, 500, Nearness.NEAR),  # 300 m of slack at least
        (801, 8, 500, Nearness.FAR),
        (800, 300, 500, Nearness.NEAR),
        (1200, 700, 500, Nearness.NEAR),  # the phone itself is less sure than the slack
        (1201, 700, 500, Nearness.FAR),
        (0, 1000, 500, Nearness.INSIDE),
        (0, 1001, 500, Nearness.UNKNOWN),
        (0, -1, 500, Nearness.UNKNOWN),
        (0, None, 500, Nearness.UNKNOWN),
        (None, 8, 500, Nearness.UNKNOWN),
        (None, None, 500, Nearness.UNKNOWN),
        (20_000_000, 0, 1, Nearness.FAR),
    ],
)
def test_the_edges_of_the_grades(distance, accuracy, radius, nearness):
    assert grade(distance, accuracy, radius) is nearness


@CALM
@given(st.none() | st.integers(), st.none() | st.integers(), st.integers(min_value=1))
def test_every_position_has_a_grade(distance, accuracy, radius):
    assert grade(distance, accuracy, radius) in Nearness


@CALM
@given(st.integers(0, 10**7), st.integers(0, 10**7), st.integers(0, 1000), st.integers(1, 10**5))
def test_nearer_is_never_graded_worse(one, other, accuracy, radius):
    order = [Nearness.INSIDE, Nearness.NEAR, Nearness.FAR]
    near, far = sorted((one, other))
    assert order.index(grade(near, accuracy, radius)) <= order.index(grade(far, accuracy, radius))
