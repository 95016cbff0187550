"""Write the two lock files with uv, or check without a network that they still belong to pyproject.toml.

    python .ci/locks.py write [--upgrade]
    python .ci/locks.py check

The first line of a lock carries the hash of what it was resolved from, so a forgotten `make lock` is seen offline.
"""

from __future__ import annotations

import hashlib
import json
import re
import subprocess
import sys
import tomllib
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
LOCKS = {"requirements.lock": [], "requirements-dev.lock": ["--group", "pyproject.toml:dev"]}
PIN = re.compile(r"^([a-z0-9][a-z0-9.-]*)(?:\[[a-z,-]+\])?==(\S+)", re.MULTILINE)
ADDRESS = re.compile(r"https?://|file:|--find-links|(?:^|\s)/\w", re.MULTILINE)


def inputs_hash() -> str:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())
    asked = {
        "python": project["project"]["requires-python"],
        "run": sorted(project["project"]["dependencies"]),
        "dev": sorted(project["dependency-groups"]["dev"]),
    }
    return hashlib.sha256(json.dumps(asked).encode()).hexdigest()


def write(extra: list[str]) -> None:
    header = f"# resolved from pyproject.toml, inputs sha256 {inputs_hash()}\n"
    for name, groups in LOCKS.items():
        # The dev lock is held to the versions of the run lock: the suite tests what is installed.
        held = ["--constraints", "requirements.lock"] if groups else []
        command = [sys.executable, "-m", "uv", "pip", "compile", "pyproject.toml", *groups, *held, *extra]
        command += ["--universal", "--python-version", "3.11", "--generate-hashes", "--no-emit-index-url"]
        command += ["--no-emit-find-links", "--custom-compile-command", "make lock", "--quiet", "--output-file", name]
        subprocess.run(command, cwd=ROOT, check=True)
        lock = ROOT / name
        lock.write_text(header + lock.read_text())
        print(f"{name}: {len(PIN.findall(lock.read_text()))} packages")


def faults() -> list[str]:
    found = []
    pins = {}
    for name in LOCKS:
        text = (ROOT / name).read_text()
        pins[name] = dict(PIN.findall(text))
        if inputs_hash() not in text.partition("\n")[0]:
            found.append(f"{name}: pyproject.toml has changed since, run `make lock`")
        if ADDRESS.search(text):
            found.append(f"{name}: names a registry or a path of one machine")
        blocks = re.split(r"\n(?=[a-z0-9])", text)[1:]
        found += [f"{name}: {b.split()[0]} has no hash" for b in blocks if "--hash=sha256:" not in b]
    run, dev = pins.values()
    found += [f"requirements-dev.lock: {p} is not {v}" for p, v in run.items() if dev.get(p) != v]
    return found


def main() -> None:
    verb, *extra = sys.argv[1:] or ["check"]
    if verb == "write":
        write(extra)
    if found := faults():
        sys.exit("\n".join(found))
    print("locks: fresh")


if __name__ == "__main__":
    main()
