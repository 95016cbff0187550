"""The envelope in which every record from the field travels."""

from __future__ import annotations

import hashlib
import uuid as uuids
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from flask_babel import gettext as _

from portal.kit.db import canonical
from portal.kit.errors import NotValid

SCHEMA = 1
SUSPECT = timedelta(minutes=5)  # a phone whose clock is further off than this is marked
OWN_FIELDS = ("uuid", "pin", "then")  # of the form: the first names the record, the others are no part of it


@dataclass(frozen=True)
class Envelope:
    """One record from the field.

    `occurred` is the instant on the phone's clock and `sent` the same clock when it sent; both UTC.
    `visit` and everything in `payload` refer to other records by uuid only.
    """

    uuid: str
    kind: str
    visit: str
    payload: dict[str, Any]
    occurred: datetime
    device_time: str | None = None  # `occurred` as the phone wrote it, with its own offset
    sent: datetime | None = None
    device: str | None = None
    seq: int | None = None
    schema: int = SCHEMA
    base_version: int | None = None

    def fingerprint(self, person_id: int) -> str:
        """What makes two deliveries the same record: SHA-256 of all but the times of sending."""
        same = [self.uuid, self.kind, self.visit, self.schema, self.base_version, person_id, self.payload]
        return hashlib.sha256(canonical(same).encode()).hexdigest()

    def body(self) -> str:
        return canonical(vars(self))

    def skew(self, received: datetime) -> timedelta:
        """How far the phone's clock is behind ours; negative when it is ahead."""
        return received - self.sent if self.sent else timedelta(0)

    def occurred_at(self, received: datetime) -> datetime:
        """The corrected instant; never later than the receipt."""
        return min(self.occurred + self.skew(received), received)

    def suspect(self, received: datetime) -> bool:
        return abs(self.skew(received)) > SUSPECT


def from_form(kind: str, visit: str, form: Any, files: dict[str, str], at: datetime) -> Envelope:
    """The envelope of a posted form. `files` are the SHA-256 of the uploads by field.

    Raises NotValid when the form carries no uuid.
    """
    fields = {name: form.getlist(name) for name in sorted(form) if name not in OWN_FIELDS}
    payload = {name: values[0] if len(values) == 1 else values for name, values in fields.items()}
    return Envelope(uuid_of(form.get("uuid")), kind, visit, {**payload, **files}, occurred=at)


def from_json(data: Any) -> Envelope:
    """The envelope of a phone. Raises NotValid for anything of another shape."""
    try:
        return Envelope(
            uuid=uuid_of(data["uuid"]),
            kind=str(data["kind"]),
            visit=uuid_of(data["visit"]),
            payload={_text(k): _text(v) for k, v in data["payload"].items() if k not in OWN_FIELDS},
            occurred=_instant(data["occurred"]),
            device_time=str(data["occurred"]),
            sent=_instant(data["sent"]) if data.get("sent") else None,
            device=uuid_of(data["device"]) if data.get("device") else None,
            seq=_count(data.get("seq")),
            schema=_count(data.get("schema", SCHEMA)) or SCHEMA,
            base_version=_count(data.get("base_version")),
        )
    except (KeyError, TypeError, ValueError, AttributeError, OverflowError) as wrong:
        raise NotValid(_("This is not an envelope of Sightglass."), wrong=type(wrong).__name__) from wrong


def uuid_of(text: object) -> str:
    """The canonical text of a UUID. Raises NotValid."""
    try:
        return str(uuids.UUID(str(text)))
    except ValueError as wrong:
        raise NotValid(_("This form has no number of its own. Reload the page and send again.")) from wrong


def _instant(text: str) -> datetime:
    value = datetime.fromisoformat(text)
    if value.tzinfo is None or not 2000 <= value.year < 2100:
        raise ValueError("an instant needs a time zone, and a year of this century")
    return value.astimezone(UTC)


def _count(value: Any) -> int | None:
    """A whole number that every database holds, or None. Raises ValueError."""
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value < 2**31:
        raise ValueError("a count is a whole number from 0")
    return value


def _text(value: Any) -> Any:
    """What a form would have sent: text, or a list of texts. Numbers become text. Raises ValueError for all else."""
    if isinstance(value, list):
        return [_text(item) for item in value if not isinstance(item, list)]
    if value is None or isinstance(value, dict):
        raise ValueError("a payload holds texts")
    text = str(value)
    text.encode()  # half a surrogate pair fails here
    return text
