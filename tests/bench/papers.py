"""What a sealed record costs: CPU seconds of the two children of the runner, and of printing once it is warm."""

from __future__ import annotations

import resource
import statistics
from collections.abc import Callable
from dataclasses import dataclass

from portal.kit.db import db
from portal.kit.paper import Enclosure, SignatureField, render
from portal.records import sealing
from portal.records.models import Document
from portal.records.printing import FONTS, PAPER, page_of, printed, signed
from tests.bench.pages import spent_ms
from tests.bench.scene import Scene

ROUNDS = 3


@dataclass(frozen=True)
class PaperCost:
    """CPU ms for one record of one page with two signatures; `kb` is its size."""

    printing: float
    signing: float
    printing_warm: float
    kb: float


def paper_cost(scene: Scene) -> PaperCost:
    """Print and sign an approved record as the job does, in fresh children; nothing of it is kept."""
    with scene.app.app_context():
        document = db.session.get_one(Document, scene.record)
        steps = list(sealing._steps_left(document).values())
        page, photos = page_of(document), sealing._photos(document)
        db.session.rollback()
        files: list[bytes] = []
        both = [children_ms(lambda: files.extend(signed(page, photos, steps))) for _round in range(ROUNDS)]
        stamps = [{"html": step.stamp, "fields": [], "enclosure": None, "archive": False} for step in steps]
        alone = [children_ms(lambda: printed([page, *stamps], photos)) for _round in range(ROUNDS)]
        db.session.remove()
    css = PAPER.read_text()
    fields = tuple(SignatureField(**one) for one in page["fields"])

    def print_once() -> None:
        enclosure = Enclosure(**page["enclosure"])
        render(page["html"], css=css, fonts=FONTS, photos=photos, fields=fields, enclosure=enclosure, archive=True)

    print_once()
    warm = statistics.median(spent_ms(print_once) for _round in range(5))
    print_alone = statistics.median(alone)
    return PaperCost(print_alone, statistics.median(both) - print_alone, warm, len(files[-1]) / 1000)


def children_ms(work: Callable[[], object]) -> float:
    """CPU ms of the processes that were started and ended meanwhile."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    work()
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return (after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime) * 1000
