"""All that is left to chance in the grown town comes from one seed: the same seed, the same town."""

from __future__ import annotations

import random
import uuid as uuids


class Chance:
    """A source of choices of its own for each matter, so that a change in one does not reshuffle the others."""

    def __init__(self, *names: object) -> None:
        self.name = "/".join(map(str, names))
        self.pick = random.Random(self.name)  # noqa: S311 - a demo, not a secret

    def of(self, *names: object) -> Chance:
        return Chance(self.name, *names)

    def uuid(self, *names: object) -> str:
        return str(uuids.uuid5(uuids.NAMESPACE_URL, "/".join(["growth", self.name, *map(str, names)])))

    def happens(self, share: float) -> bool:
        """True in `share` of the cases, from 0 to 1."""
        return self.pick.random() < share
