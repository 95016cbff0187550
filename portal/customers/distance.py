"""How far from the site a phone was when its owner checked in. It is graded, and never stands in anybody's way."""

from __future__ import annotations

from enum import StrEnum
from math import asin, cos, isfinite, radians, sin, sqrt

EARTH_RADIUS_M = 6_371_009  # mean radius of the IUGG, 6371.0088 km
SLACK_M = 300
WORST_ACCURACY_M = 1_000


class Nearness(StrEnum):
    FAR = "far"
    INSIDE = "inside"
    NEAR = "near"
    UNKNOWN = "unknown"


def distance_m(lat1: float, lon1: float, lat2: float, lon2: float) -> int:
    """Metres between two positions in degrees (WGS 84) along the surface, by the haversine formula.

    A sphere errs by at most 0.6 % against the ellipsoid: 6 m on a kilometre, less than the phone itself.
    Raises ValueError when a number is not finite.
    """
    if not all(map(isfinite, (lat1, lon1, lat2, lon2))):
        raise ValueError("a position is made of finite degrees")
    phi1, phi2 = radians(lat1), radians(lat2)
    half_lat, half_lon = (phi2 - phi1) / 2, radians(lon2 - lon1) / 2
    square = sin(half_lat) ** 2 + cos(phi1) * cos(phi2) * sin(half_lon) ** 2
    # at the antipodes rounding may carry the square past 1
    return round(2 * EARTH_RADIUS_M * asin(sqrt(min(1.0, square))))


def grade(distance_m: int | None, accuracy_m: int | None, radius_m: int) -> Nearness:
    """Grade a check-in from its distance to the site's centre; all in metres, edges count as the better grade.

    Inside: within the site's radius. Near: within the radius plus the phone's accuracy, but at least 300 m, because
    the gate or the office where one checks in lies outside the drawn circle. Far: beyond. Unknown: no position, or
    one worse than 1 km, which is a radio mast or a network address and says nothing of a site.
    """
    if distance_m is None or accuracy_m is None or not 0 <= accuracy_m <= WORST_ACCURACY_M:
        return Nearness.UNKNOWN
    if distance_m <= radius_m:
        return Nearness.INSIDE
    return Nearness.NEAR if distance_m <= radius_m + max(accuracy_m, SLACK_M) else Nearness.FAR
