"""The press: a child process that turns HTML into PDF. `python -m portal.records.press`, see `child`."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from portal.kit.paper import Enclosure, SignatureField, render
from portal.records import child


def main() -> None:
    asked, _body = child.request()
    child.answer(*(_printed(sheet, asked) for sheet in asked["sheets"]))


def _printed(sheet: dict[str, Any], asked: dict[str, Any]) -> bytes:
    enclosure = sheet["enclosure"]
    return render(
        sheet["html"],
        css=asked["css"],
        fonts=Path(asked["fonts"]),
        photos={sha256: Path(path) for sha256, path in asked["photos"].items()},
        fields=tuple(SignatureField(**field) for field in sheet["fields"]),
        enclosure=Enclosure(**enclosure) if enclosure else None,
        archive=sheet["archive"],
    )


if __name__ == "__main__":
    main()
