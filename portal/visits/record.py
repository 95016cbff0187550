"""What was done at a visit, as plain facts: for the digest the customer signs, and for the paper.

A part of which nothing was recorded is left out, also out of the digest: visits signed before there was such a part
have the digest they had.
"""

from __future__ import annotations

import hashlib
import json
from typing import Any

import sqlalchemy as sa
from flask import current_app
from flask_babel import force_locale

from portal.complaints.kinds import StepKind
from portal.complaints.labels import CATEGORY, CUSTOMER_WORD, STEP
from portal.complaints.models import ComplaintStep
from portal.customers.labels import COMPARTMENT
from portal.customers.models import Compartment, Machine, Promise
from portal.fieldwork.labels import LEVEL, LEVEL_TAG
from portal.fieldwork.models import Finding, LeftOver, Training
from portal.guidance.labels import TOPIC
from portal.guidance.models import Guidance
from portal.guidance.record import said as said_of
from portal.kit.db import canonical, db
from portal.kit.i18n import zone
from portal.oil.labels import REASON, SAMPLE_POINT, VISUAL, YES_NO
from portal.oil.models import Sample
from portal.visits.kinds import PhotoStage
from portal.visits.labels import CONSENT, NEARNESS, SATISFACTION, STAGE
from portal.visits.lists import Case, Content, content
from portal.visits.models import Photo, Signature, Visit

WORDS = {  # for the templates
    "CATEGORY": CATEGORY, "COMPARTMENT": COMPARTMENT, "CUSTOMER_WORD": CUSTOMER_WORD, "LEVEL": LEVEL,
    "LEVEL_TAG": LEVEL_TAG, "STAGE": STAGE, "STEP": STEP, "TOPIC": TOPIC, "VISUAL": VISUAL, "said": said_of,
}  # fmt: skip
SINCE = (  # what guidance holds beside its first columns
    *("duty", "ambient_min_c", "ambient_max_c", "maker_requirement", "fuel_sulfur", "old_oil", "quantity_l"),
    *("drain_basis", "first_drain_h", "mixing", "mixing_note", "seals", "storage", "sds_given", "waste_oil"),
    "sampling_h",
)


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
        **_parts(what),
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
        "photos": [{**_photo(p), **_said_of_photo(p)} for p in what.photos],
        **_parts(what, said=True),
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


def _parts(what: Content, said: bool = False) -> dict[str, list[Any]]:
    """The parts that not every visit has; with `said` also in the words of the reader."""
    parts = {
        "complaints": [_case(case, said) for case in what.cases],
        "trainings": [_training(t) for t in what.trainings],
        "findings": [_finding(f, said) for f in what.findings],
        "promises": [_promise(p) for p in what.promises],
        "left": [_left(left) for left in what.left],
        "finished": [_left(left) for left in what.finished],
    }
    return {name: part for name, part in parts.items() if part}


def _case(case: Case, said: bool) -> dict[str, Any]:
    """What does not change when the complaint goes on: its beginning, and the steps taken at this visit."""
    complaint = case.complaint
    return {
        "number": complaint.number,
        "category": complaint.category,
        "received_at": complaint.received_at,
        "description": complaint.description,
        "asks": complaint.asks,
        "heard": case.heard,
        "steps": [_step(step, said) for step in case.steps],
        **({"category_label": str(CATEGORY[complaint.category])} if said else {}),
    }


def _step(step: ComplaintStep, said: bool) -> dict[str, Any]:
    complaint = step.complaint
    found: dict[str, Any] = {"kind": step.kind, "text": step.text, "at": step.at}
    if step.kind is StepKind.SETTLED and complaint.customer_word:
        found |= {"customer_word": complaint.customer_word, "accepted_by": complaint.accepted_by}
    if said:
        word = str(CUSTOMER_WORD[complaint.customer_word]) if "customer_word" in found else ""
        found |= {"kind_label": str(STEP[step.kind]), "customer_word_label": word}
    return found


def _training(training: Training) -> dict[str, Any]:
    return {name: getattr(training, name) for name in ("topic", "minutes", "people_count", "attended")}


def _finding(finding: Finding, said: bool) -> dict[str, Any]:
    found = {"machine": _machine(finding.machine), "level": finding.level, "text": finding.text}
    return {**found, "level_label": str(LEVEL[finding.level])} if said else found


def _promise(promise: Promise) -> dict[str, Any]:
    return {"text": promise.text, "due_on": promise.due_on, "by": promise.promised_by.name}


def _left(left: LeftOver) -> dict[str, Any]:
    return {"text": left.text}


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
        "said": [[str(label), str(value)] for label, value in said_of(given)],
    }


def _guidance(given: Guidance) -> dict[str, Any]:
    return {
        **_place(given.compartment),
        "topics": sorted(given.topics),
        "text": given.text,
        "drain_h": given.drain_h,
        "follow_up_on": given.follow_up_on,
        **({"product": given.product.name} if given.product else {}),
        **{name: value for name in SINCE if (value := getattr(given, name)) not in (None, "", False)},
    }


def _photo(photo: Photo) -> dict[str, Any]:
    return {
        "sha256": photo.sha256,
        "caption": photo.caption,
        "width": photo.width_px,
        "height": photo.height_px,
        "taken_at": photo.taken_at,
        **({"stage": photo.stage} if photo.stage is not PhotoStage.OTHER else {}),
    }


def _said_of_photo(photo: Photo) -> dict[str, Any]:
    return {"stage_label": str(STAGE[photo.stage])} if photo.stage is not PhotoStage.OTHER else {}


def _place(compartment: Compartment | None) -> dict[str, Any]:
    return {
        "machine": _machine(compartment.machine if compartment else None),
        "compartment": compartment.kind if compartment else "",
    }


def _machine(machine: Machine | None) -> str:
    return f"{machine.model} {machine.number}" if machine else ""
