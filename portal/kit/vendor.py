"""Other people's files in static/: which, from where, and proof that they are unchanged.

`python -m portal.kit.vendor` fetches them anew with `npm pack`; `--check` compares what is here with the manifest and
needs no network.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import re
import subprocess
import sys
import tarfile
import tempfile
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
VENDOR = ROOT / "static" / "vendor"
MANIFEST = VENDOR / "MANIFEST.json"
ICONS = ROOT / "templates" / "_ui" / "icons.html"


@dataclass(frozen=True)
class Package:
    """An npm package of one version. `files` maps our name under static/vendor/ to the parts it is joined from."""

    name: str
    version: str
    licence: str
    files: dict[str, tuple[str, ...]]


PACKAGES = (
    # The extension follows htmx in one file: a page asks once, and htmx can never run without its nonce gate.
    Package("htmx.org", "4.0.1", "0BSD", {"htmx.min.js": ("dist/htmx.min.js", "dist/ext/hx-csp.min.js")}),
    Package("signature_pad", "5.1.4", "MIT", {"signature_pad.min.js": ("dist/signature_pad.umd.min.js",)}),
    # The detector's own release of zxing-wasm, never a newer one: with 3.1.4 the reader ran out of its memory's bounds.
    Package(
        "barcode-detector",
        "3.2.2",
        "MIT",
        {"barcode-detector.min.js": ("dist/iife/ponyfill.js",), "barcode-detector-LICENSE.txt": ("LICENSE",)},
    ),
    Package(
        "zxing-wasm",
        "3.1.3",
        "MIT AND Apache-2.0",
        {"zxing_reader.wasm": ("dist/reader/zxing_reader.wasm",), "zxing-wasm-LICENSE.txt": ("LICENSE",)},
    ),
    Package(
        "pretendard",
        "1.3.9",
        "OFL-1.1",
        {
            f"fonts/Pretendard-{weight}.woff": (f"dist/web/static/woff/Pretendard-{weight}.woff",)
            for weight in ("Regular", "SemiBold", "Bold")
        }
        | {"fonts/Pretendard-LICENSE.txt": ("dist/LICENSE.txt",)},
    ),
    Package(
        "@fontsource/noto-sans-sc",
        "5.3.0",
        "OFL-1.1",
        {
            f"fonts/NotoSansSC-{weight}.woff": (f"files/noto-sans-sc-chinese-simplified-{weight}-normal.woff",)
            for weight in (400, 700)
        }
        | {"fonts/NotoSansSC-LICENSE.txt": ("LICENSE",)},
    ),
)
LUCIDE = Package("lucide-static", "1.62.0", "ISC", {})
USED_ICONS = """
    arrow-left book-open calendar-clock calendar-plus camera check chevron-down chevron-left chevron-right
    circle-alert circle-check circle-help circle-x clipboard-check clock cloud-check cloud-off download droplet
    file-signature file-text flag flask-conical graduation-cap handshake hard-hat history house image inbox info
    key-round languages list-checks log-out map-pin message-square-warning moon navigation package pencil phone plus
    printer qr-code refresh-cw rotate-ccw scan-line search send shield-alert shield-check signature smartphone star
    sun sun-medium tags trash-2 triangle-alert truck user users wifi-off wrench x
""".split()


def fetch(package: Package, where: Path) -> Path:
    """Unpack `package` under `where` and return its folder. Raises CalledProcessError when npm cannot get it."""
    spec = f"{package.name}@{package.version}"
    done = subprocess.run(
        ["npm", "pack", "--silent", "--pack-destination", str(where), spec],
        check=True,
        capture_output=True,
        text=True,
    )
    folder = where / re.sub(r"\W", "-", spec)
    with tarfile.open(where / done.stdout.split()[-1]) as archive:
        archive.extractall(folder, filter="data")
    return folder / "package"


def joined(folder: Path, parts: tuple[str, ...]) -> bytes:
    """The parts one after the other; pointers to source maps are cut, for the maps are not served."""
    contents = [(folder / part).read_bytes() for part in parts]
    if not parts[0].endswith(".js"):
        return b"".join(contents)
    return b"\n".join(re.sub(rb"\n?//# sourceMappingURL=\S+\s*$", b"", content) for content in contents) + b"\n"


def icon_paths(folder: Path) -> str:
    """The used icons as a Jinja table of what stands inside each <svg>: no request, no flash, and good for paper."""
    rows = []
    for name in sorted(USED_ICONS):
        drawing = (folder / "icons" / f"{name}.svg").read_text()
        inside = drawing.split(">", 2 if drawing.startswith("<!--") else 1)[-1].rsplit("</svg>", 1)[0]
        rows.append(f"  '{name}': '{''.join(line.strip() for line in inside.splitlines())}',\n")
    head = "{#- Lucide icons (ISC), made by `python -m portal.kit.vendor`: add a name there. -#}\n"
    return head + "{% set PATHS = {\n" + "".join(rows) + "} %}\n"


def take(package: Package, where: Path) -> list[dict[str, object]]:
    """Write the files of `package` and return their rows for the manifest."""
    folder = fetch(package, where)
    contents = {VENDOR / name: joined(folder, parts) for name, parts in package.files.items()}
    if package is LUCIDE:
        contents = {ICONS: icon_paths(folder).encode()}
    rows: list[dict[str, object]] = []
    for path, content in contents.items():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
        name = path.relative_to(VENDOR).as_posix() if path.is_relative_to(VENDOR) else ""
        rows.append(
            {
                "name": package.name,
                "version": package.version,
                "licence": package.licence,
                "file": path.relative_to(ROOT).as_posix(),
                "from": list(package.files.get(name, ("icons/",))),
                "sha256": hashlib.sha256(content).hexdigest(),
            }
        )
    return rows


def faults() -> list[str]:
    """What differs between the manifest and the files here, one sentence each; empty when all is well."""
    rows = json.loads(MANIFEST.read_text())
    found = [fault for row in rows if (fault := _fault(row))]
    known = {row["file"] for row in rows} | {MANIFEST.relative_to(ROOT).as_posix()}
    here = {path.relative_to(ROOT).as_posix() for path in VENDOR.rglob("*") if path.is_file()}
    return found + [f"{name}: not in the manifest" for name in sorted(here - known)]


def _fault(row: dict[str, str]) -> str | None:
    path = ROOT / row["file"]
    if not path.is_file():
        return f"{row['file']}: missing"
    if hashlib.sha256(path.read_bytes()).hexdigest() != row["sha256"]:
        return f"{row['file']}: changed since it was taken from {row['name']} {row['version']}"
    return None


def refresh() -> None:
    """Take every file of the table anew and write the manifest."""
    with tempfile.TemporaryDirectory() as where:
        rows = [row for package in (*PACKAGES, LUCIDE) for row in take(package, Path(where))]
    MANIFEST.write_text(json.dumps(rows, indent=1) + "\n")
    print(f"{len(rows)} files taken.")


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true", help="only compare the files with the manifest")
    if not parser.parse_args().check:
        refresh()
    found = faults()
    print("\n".join(found) or "Vendored files are as recorded.")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
