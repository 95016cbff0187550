"""The house's own source, read without running it: files, rooms, imports."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
PORTAL = ROOT / "portal"


@dataclass(frozen=True)
class Module:
    """One file of the portal. `room` is its folder or, for a file that is a room of its own, its name."""

    path: Path
    room: str
    stair: str
    text: str

    @property
    def name(self) -> str:
        """`visits/actions`, or `app` for a room of one file."""
        return self.room if self.room == self.stair else f"{self.room}/{self.stair}"

    @cached_property
    def tree(self) -> ast.Module:
        return ast.parse(self.text, str(self.path))

    def at(self, node: ast.AST) -> str:
        return f"portal/{self.name}.py:{node.lineno}"  # type: ignore[attr-defined]


@dataclass(frozen=True)
class Import:
    """`names` are dotted: `portal.kit.db.Base`. `inside` is True below a function."""

    node: ast.stmt
    name: str
    inside: bool


def modules(portal: Path = PORTAL) -> list[Module]:
    """Every file of the portal but the empty fronts of the rooms."""
    found = []
    for path in sorted(portal.rglob("*.py")):
        parts = path.relative_to(portal).with_suffix("").parts
        text = path.read_text()
        if parts[-1] == "__init__" and (len(parts) == 1 or not text.strip()):
            continue
        found.append(Module(path, parts[0], "/".join(parts[1:]) or parts[0], text))
    return found


def imports(module: Module) -> Iterator[Import]:
    """Every import in the file, one by one, those inside functions too."""
    yield from _imports(module.tree, inside=False)


def _imports(node: ast.AST, inside: bool) -> Iterator[Import]:
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.Import):
            yield from (Import(child, alias.name, inside) for alias in child.names)
        elif isinstance(child, ast.ImportFrom):
            start = "." * child.level + (child.module or "")
            yield from (Import(child, f"{start}.{alias.name}", inside) for alias in child.names)
        else:
            deeper = inside or isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda)
            yield from _imports(child, deeper)
