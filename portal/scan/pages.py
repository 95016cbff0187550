"""Where a scan leads on to, and what is said when it leads nowhere."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import urlencode

from flask import Response

from portal.kit import htmx
from portal.kit.forms import id_of
from portal.oil.bottle import MOST
from portal.scan import labels
from portal.scan.forms import CodeForm


@dataclass(frozen=True)
class Trail:
    """What was scanned so far for one sample at a visit. With `pair` the camera comes back until both are known."""

    visit: int | None = None
    compartment: str = ""
    number: str = ""
    pair: bool = False

    @classmethod
    def asked(cls) -> Trail:
        visit = id_of(htmx.asked("visit"))
        compartment, number = htmx.asked("compartment")[:36], htmx.asked("number")[:MOST]
        return cls(visit, compartment, number, bool(htmx.asked("pair"))) if visit else cls()

    @property
    def words(self) -> dict[str, Any]:
        """What the next question carries on."""
        said = {"visit": self.visit, "compartment": self.compartment, "number": self.number}
        return {name: value for name, value in said.items() if value}

    @property
    def onward(self) -> str:
        """The camera again while one of the two is missing, else the form of the sample."""
        if self.pair and not (self.compartment and self.number):
            return self.camera
        return self.sample

    @property
    def camera(self) -> str:
        return f"/scan?{urlencode(self.words)}" if self.visit else "/scan"

    @property
    def sample(self) -> str:
        found = {name: value for name, value in self.words.items() if name != "visit"}
        return f"/visits/{self.visit}/sample" + (f"?{urlencode(found)}" if found else "")

    def with_(self, **found: str) -> Trail:
        return replace(self, **found)


def answer(case: str, trail: Trail, status: int = 200, code: str = "", **context: Any) -> Response:
    """The page that says what came of a code when it opened nothing at once."""
    form = CodeForm(code=code)
    return htmx.page("scan/answer.html", status, case=case, trail=trail, form=form, code=code, labels=labels, **context)
