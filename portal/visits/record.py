"""What was done at a visit, as plain facts: for the summary, for the digest the customer signs, for the paper."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from flask import current_app
from flask_babel import force_locale

from portal.customers.labels import COMPARTMENT
from portal.customers.models import Compartment, Machine
from portal.guidance.labels import TOPIC
from portal.guidance.models import Guidance
from portal.kit.db import canonical, db
from portal.kit.i18n import zone
from portal.oil.labels import REASON, SAMPLE_POINT, VISUAL, YES_NO
from portal.oil.models import Sample
from portal.visits.labels import CONSENT, NEARNESS, SATISFACTION
from portal.visits.models import Photo, Signature, Visit

WORDS = {"COMPARTMENT": COMPARTMENT, "TOPIC": TOPIC, "VISUAL": VISUAL}  # for the templates


@dataclass(frozen=True)
class Content:
    """Everything recorded at one visit, in the order in which it was recorded."""

    samples: list[Sample]
    guidance: list[Guidance]
    photos: list[Photo]

    def __len__(self) -> int:
        return len(self.samples) + len(self.guidance) + len(self.photos)


def _at_visit(model: Any) -> sa.Select[Any]:
    select = sa.select(model).where(model.visit_id == sa.bindparam("visit")).order_by(model.id)
    if not hasattr(model, "compartment"):
        return select
    place = sa.orm.joinedload(model.compartment)
    return select.options(place.joinedload(Compartment.machine), place.joinedload(Compartment.product))


NOTHING = Content([], [], [])
SELECTS = tuple(_at_visit(model) for model in (Sample, Guidance, Photo))  # built once: a tenth of a page's work


def content(visit: Visit) -> Content:
    """Three queries, whatever the number of items; machines and compartments come with them.

    Before the arrival there are none: nothing can be recorded yet.
    """
    if visit.arrived_at is None:
        return NOTHING

    samples, guidance, photos = (list(db.session.scalars(select, {"visit": visit.id})) for select in SELECTS)
    return Content(samples, guidance, photos)


def has_content(visit: Visit) -> bool:
    return len(content(visit)) > 0


def language(visit: Visit) -> str:
    """The language of the paper: the contact's, else the customer's."""
    return visit.contact.language if visit.contact else visit.customer.language


def digest(visit: Visit) -> str:
    """SHA-256 of all that the customer reads before signing. Stays the same for as long as nothing is changed."""
    what = content(visit)
    read = {
        "visit": visit.uuid,
        "arrived_at": visit.arrived_at,
        "purpose": visit.purpose,
        "samples": [_sample(s) for s in what.samples],
        "guidance": [_guidance(g) for g in what.guidance],
        "photos": [_photo(p) for p in what.photos],
    }
    return hashlib.sha256(canonical(read).encode()).hexdigest()


def facts(visit: Visit) -> dict[str, Any]:
    """The frozen facts of the paper, in the customer's language: JSON primitives, instants in UTC."""
    with force_locale(language(visit)):
        return json.loads(canonical(_facts(visit)))  # type: ignore[no-any-return]


def _facts(visit: Visit) -> dict[str, Any]:
    what = content(visit)
    signature = db.session.scalars(sa.select(Signature).where(Signature.visit_id == visit.id)).one()
    return {
        "company": {"name": current_app.config["SETTINGS"].company},
        "customer": {
            "name": visit.customer.name,
            "class": visit.customer.abc,
            "site": visit.site.name,
            "address": visit.site.address,
        },
        "visit": {
            "planned_at": visit.planned_at,
            "arrived_at": visit.arrived_at,
            "left_at": visit.signed_at,
            "purpose": visit.purpose,
            "zone": str(zone(visit.zone_name)),
            "position": {
                "grade": str(NEARNESS[visit.nearness]) if visit.nearness else "",
                "distance_m": visit.distance_m,
                "accuracy_m": visit.accuracy_m,
            },
        },
        "engineer": {"name": visit.engineer.name, "team": visit.engineer.team.name if visit.engineer.team else ""},
        "samples": [{**_sample(s), **_said(s)} for s in what.samples],
        "guidance": [{**_guidance(g), **_said_of_guidance(g)} for g in what.guidance],
        "photos": [_photo(p) for p in what.photos],
        "customer_signature": {
            "name": signature.name,
            "role": signature.role,
            "satisfaction": signature.satisfaction,
            "satisfaction_label": str(SATISFACTION[signature.satisfaction]),
            "signed_at": signature.signed_at,
            "strokes": json.loads(signature.strokes) if signature.strokes else None,
            "typed": signature.strokes is None,
            "consent": str(CONSENT),
            "digest": signature.digest,
        },
        "submitted_at": visit.submitted_at,
    }


def _sample(sample: Sample) -> dict[str, Any]:
    return {
        "number": sample.number,
        **_place(sample.compartment),
        "oil": sample.product.name if sample.product else "",
        "oil_grade": sample.oil_grade,
        "taken_at": sample.taken_at,
        "machine_hours": sample.unit_hours,
        "oil_hours": sample.oil_hours,
        "oil_hours_estimated": sample.oil_hours_estimated,
        "oil_changed": sample.oil_changed,
        "sample_point": sample.sample_point,
        "reason": sample.reason,
        "visual": sorted(sample.visual),
        "observed": sample.observed,
    }


def _said(sample: Sample) -> dict[str, Any]:
    """The words of a sample as the reader of the paper says them."""
    return {
        "compartment_label": str(COMPARTMENT[sample.compartment.kind]),
        "oil_changed_label": str(YES_NO[sample.oil_changed]),
        "sample_point_label": str(SAMPLE_POINT[sample.sample_point]) if sample.sample_point else "",
        "reason_label": str(REASON[sample.reason]),
        "visual_label": ", ".join(str(VISUAL[code]) for code in sorted(sample.visual)),
    }


def _said_of_guidance(given: Guidance) -> dict[str, Any]:
    place = given.compartment
    return {
        "compartment_label": str(COMPARTMENT[place.kind]) if place else "",
        "topics": [str(TOPIC[topic]) for topic in sorted(given.topics)],
    }


def _guidance(given: Guidance) -> dict[str, Any]:
    return {
        **_place(given.compartment),
        "topics": sorted(given.topics),
        "text": given.text,
        "drain_h": given.drain_h,
        "follow_up_on": given.follow_up_on,
    }


def _photo(photo: Photo) -> dict[str, Any]:
    return {
        "sha256": photo.sha256,
        "caption": photo.caption,
        "width": photo.width_px,
        "height": photo.height_px,
        "taken_at": photo.taken_at,
    }


def _place(compartment: Compartment | None) -> dict[str, Any]:
    machine: Machine | None = compartment.machine if compartment else None
    return {
        "machine": f"{machine.model} {machine.number}" if machine else "",
        "compartment": compartment.kind if compartment else "",
    }
