"""The faults that grow from bottle to bottle, as `stories.toml` tells them, and every other bottle to be drawn."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

from portal.growth.chance import Chance
from portal.growth.ground import Fill, Ground, Meter
from portal.growth.lab import seen_in
from portal.oil.kinds import Reason, SamplePoint, VisualCode, YesNo

ROWS: list[dict[str, Any]] = tomllib.loads(
    Path(__file__).with_suffix(".toml").read_text(encoding="utf-8"), parse_float=Decimal
)["stories"]
CORE_HOUR = timedelta(hours=1)  # a bottle of the town's own was drawn at the town's hour; nobody is exact to the minute


@dataclass
class Draw:
    """One bottle to be drawn at a visit. `told` and `seen` are a story's; without them the oil is healthy."""

    meter: Meter
    fill: Fill
    told: Mapping[str, Any] = field(default_factory=dict)
    seen: list[VisualCode] | None = None
    says: str = ""
    changed: bool | None = None

    def values(self, number: str, chance: Chance, at: datetime) -> dict[str, Any]:
        """As a SampleForm would have given them."""
        hours = self.meter.read(at)
        on_oil, changed = self.fill.drawn(hours, self.changed)
        self.fill.drawn_at = at
        yes = YesNo.YES if changed else YesNo.NO
        return {
            "number": number, "machine_hours": hours, "oil_hours": on_oil, "oil_hours_estimated": False,
            "oil_changed": yes, "filter_changed": yes, "makeup_l": _makeup(chance),
            "oil_temp_c": Decimal(chance.pick.randint(48, 82)),
            "sample_point": chance.pick.choice((SamplePoint.VALVE, SamplePoint.VALVE, SamplePoint.PUMP)),
            "reason": Reason.RESAMPLE if self.seen and self.says else Reason.ROUTINE,
            "visual": self.seen or seen_in(self.fill.compartment), "visual_note": "", "observed": self.says,
            "batch_no": "",
        }  # fmt: skip


@dataclass
class Told:
    """What a story says of one of the town's own bottles: machine, compartment, day, and values."""

    meter: Meter
    fill: Fill
    on: datetime
    told: Mapping[str, Any]


def draws(ground: Ground, at: datetime) -> Iterator[tuple[datetime, Draw]]:
    """The bottles of all stories with the day on which each is drawn; their oils belong to the stories alone."""
    for story in ROWS:
        meter, fill = _place(ground, story)
        steps = [step for step in story["steps"] if not step.get("core")]
        first = at - timedelta(days=steps[0]["ago"])
        fill.told, fill.filled_at_h = True, meter.read(first) - story["oil_hours"]
        for step in steps:
            changed = story.get("changes", False) and not step.get("keeps", False)
            seen = [VisualCode(word) for word in step["seen"]]
            draw = Draw(meter, fill, step["values"], seen, step.get("says", ""), changed)
            yield at - timedelta(days=step["ago"]), draw


def told_of_the_core(ground: Ground, at: datetime) -> list[Told]:
    """What the stories say of the bottles that the town has of its own."""
    return [
        Told(*_place(ground, story), at - timedelta(days=step["ago"]), step["values"])
        for story in ROWS
        for step in story["steps"]
        if step.get("core")
    ]


def _place(ground: Ground, story: dict[str, Any]) -> tuple[Meter, Fill]:
    meter = ground.meters[story["machine"]]
    [fill] = [fill for fill in meter.fills if fill.compartment.kind == story["kind"]]
    return meter, fill


def _makeup(chance: Chance) -> Decimal | None:
    return Decimal(chance.pick.randint(1, 12)) if chance.happens(0.15) else None
