"""Habits of the house that a search of the source can hold: who commits, who reads the clock, who knows the reader."""

from __future__ import annotations

import ast
import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.source import PORTAL, ROOT, Module, modules

TEMPLATES = ROOT / "templates"

ONLY: dict[str, set[str]] = {  # a pattern and the only files, by stair or by name, in which it may stand
    r"session\.commit\(": {"views", "approvals", "plans", "calendar", "cli", "kit/jobs"},
    r"\bcurrent_user\b": {"people/models", "people/permits", "kit/i18n"},
    r"\b(date|datetime)\.(now|utcnow|today|utcfromtimestamp)\(|\btime\.time\(|\bfunc\.now\(": {"kit/clock"},
    r"\b[A-Z]\w*\.query\b|session\.query\(": set(),
    r"\bEntry\(": {"journal/models", "journal/actions"},
    r"\bos\.environ\b|\bgetenv\(": {"config", "records/child"},  # the child is given a few of its parent's
    r"\bprint\(": {"kit/vendor"},  # a program of its own, run by make
    r"\bmarkupsafe\b|\bMarkup\(": {"kit/assets", "records/sheet"},  # our own stylesheet; a library's QR code
    r"\brender_template_string\(": set(),
    r"# *(TODO|FIXME|XXX|HACK)\b": set(),
}
UNWANTED_FILES = {"utils", "util", "helpers", "helper", "common", "misc", "managers", "services", "mixins"}
BEFORE_ANYBODY = {"log_in"}  # who it was is only known afterwards
MOST_LINES = 400
LONG_FUNCTION = 60

IN_TEMPLATES = {
    r"\sstyle\s*=": "a style attribute: the policy drops it, use a class",
    r"\son[a-z]+\s*=\s*[\"']": "an inline handler: the policy drops it",
    r"\shx-(?!nonce)[a-z-]+\s*=": "htmx without a nonce: write it with ui.hx(...)",
    r"{%-?\s*(from|import)\s+[\"'](?!_ui/icons)": "a fragment would not see it: components live in the global `ui`",
    r"(?<!PATHS\[name\])\|\s*safe\b": "|safe opens the page to whoever typed the text",
    r"<script(?![^>]*\bnonce=)": "a script without a nonce",
    r"autoescape\s+false": "escaping is switched off",
}


def strangers(portal: Path = PORTAL) -> list[str]:
    """Every line that does what only others may do, with file and line."""
    return [
        f"portal/{module.name}.py:{number}: {found[0].strip()} belongs in {', '.join(sorted(allowed)) or 'no file'}"
        for module in modules(portal)
        for pattern, allowed in ONLY.items()
        if not {module.stair, module.name} & allowed
        for number, line in enumerate(module.text.splitlines(), 1)
        if (found := re.search(pattern, line))
    ]


def careless(portal: Path = PORTAL) -> list[str]:
    """Excepts that swallow bugs, unless the line or the function's docstring says which boundary this is."""
    found = []
    for module in modules(portal):
        lines = module.text.splitlines()
        boundaries = [f for f in _functions(module) if "boundary" in (ast.get_docstring(f) or "")]
        told = {node for boundary in boundaries for node in ast.walk(boundary)}
        for node in ast.walk(module.tree):
            if isinstance(node, ast.ExceptHandler) and _catches_all(node) and node not in told:
                if "#" not in lines[node.lineno - 1].replace("# noqa", ""):
                    found.append(f"{module.at(node)}: catches everything without saying why")
    return found


def _catches_all(handler: ast.ExceptHandler) -> bool:
    return handler.type is None or ast.unparse(handler.type) in {"Exception", "BaseException"}


def unsigned(portal: Path = PORTAL) -> list[str]:
    """Verbs that tell the journal but do not take `by` and `at` by name."""
    found = []
    for module in modules(portal):
        if module.stair != "actions":
            continue
        for function in _functions(module):
            named = {arg.arg for arg in function.args.kwonlyargs}
            private = function.name.startswith("_") or function.name in BEFORE_ANYBODY
            if not private and _tells(function) and not {"by", "at"} <= named:
                found.append(f"{module.at(function)}: {function.name} takes by= and at= by name")
    return found


def _tells(function: ast.FunctionDef) -> bool:
    calls = [node.func for node in ast.walk(function) if isinstance(node, ast.Call)]
    return any(isinstance(call, ast.Name) and call.id == "note" for call in calls)


def bulky(portal: Path = PORTAL) -> list[str]:
    """Modules and functions longer than a person reads at once; a long function gives its reason in a docstring."""
    found = []
    for module in modules(portal):
        if (lines := len(module.text.splitlines())) > MOST_LINES:
            found.append(f"portal/{module.name}.py:1: {lines} lines, at most {MOST_LINES}")
        for function in _functions(module):
            length = (function.end_lineno or function.lineno) - function.lineno + 1
            if length > LONG_FUNCTION and not ast.get_docstring(function):
                found.append(f"{module.at(function)}: {function.name} has {length} lines and gives no reason")
    return found


def _functions(module: Module) -> Iterator[ast.FunctionDef]:
    return (node for node in ast.walk(module.tree) if isinstance(node, ast.FunctionDef))


def untidy(templates: Path = TEMPLATES) -> list[str]:
    """What the content policy would drop, or what opens a page to others, with file and line."""
    paper = templates / "records"  # no browser, no fragments and no policy
    return [
        f"templates/{path.relative_to(templates)}:{number}: {says}"
        for path in sorted(templates.rglob("*.html"))
        for pattern, says in IN_TEMPLATES.items()
        if not (path.is_relative_to(paper) and not says.startswith("|safe"))
        for number, line in enumerate(path.read_text().splitlines(), 1)
        if re.search(pattern, line)
    ]


def test_everybody_does_their_own_work() -> None:
    assert not strangers(), "\n" + "\n".join(strangers())


def test_nothing_is_caught_without_a_reason() -> None:
    assert not careless(), "\n" + "\n".join(careless())


def test_a_verb_says_by_whom_and_when() -> None:
    assert not unsigned(), "\n" + "\n".join(unsigned())


def test_nothing_is_longer_than_one_reads() -> None:
    assert not bulky(), "\n" + "\n".join(bulky())


def test_templates_are_fit_for_the_policy() -> None:
    assert not untidy(), "\n" + "\n".join(untidy())


def test_every_file_is_called_after_what_is_in_it() -> None:
    drawers = [path for path in PORTAL.rglob("*") if path.stem in UNWANTED_FILES]
    assert not drawers, "a drawer for everything: name the matter"


@pytest.mark.parametrize(
    ("file", "line", "says"),
    [
        ("visits/actions.py", "db.session.commit()", "session.commit( belongs in"),
        ("oil/forms.py", "at = datetime.now(UTC)", "datetime.now( belongs in kit/clock"),
        ("customers/models.py", "on = date.today()", "date.today( belongs in kit/clock"),
        ("visits/record.py", "began = time.time()", "time.time( belongs in kit/clock"),
        ("visits/views.py", "Visit.query.get(1)", "Visit.query belongs in no file"),
        ("sync/actions.py", "by = current_user", "current_user belongs in"),
        ("visits/models.py", "db.session.add(Entry(what='x'))", "Entry( belongs in journal"),
        ("kit/htmx.py", "KEY = os.environ['KEY']", "os.environ belongs in config"),
        ("visits/views.py", "print(visit)", "print( belongs in kit/vendor"),
        ("visits/views.py", "# TODO later", "# TODO belongs in no file"),
    ],
)
def test_a_planted_habit_is_named_with_file_and_line(tmp_path: Path, file: str, line: str, says: str) -> None:
    portal, number = _plant(tmp_path, file, line)

    [planted] = [fault for fault in strangers(portal) if fault not in strangers()]

    assert planted.startswith(f"portal/{file}:{number}: {says}")


def test_a_planted_except_is_named(tmp_path: Path) -> None:
    portal, number = _plant(tmp_path, "visits/record.py", "try:\n    X = 1\nexcept Exception:\n    pass")

    assert set(careless(portal)) - set(careless()) == {
        f"portal/visits/record.py:{number - 1}: catches everything without saying why"
    }


def test_a_planted_verb_without_a_hand_is_named(tmp_path: Path) -> None:
    portal, number = _plant(tmp_path, "visits/actions.py", "def lose(visit):\n    note('visit.lost', visit)")

    assert set(unsigned(portal)) - set(unsigned()) == {
        f"portal/visits/actions.py:{number - 1}: lose takes by= and at= by name"
    }


def test_planted_bulk_is_named(tmp_path: Path) -> None:
    body = "def long():\n" + "    x = 1\n" * LONG_FUNCTION
    portal, number = _plant(tmp_path, "people/models.py", body + "\n" * MOST_LINES)

    long = number - MOST_LINES - LONG_FUNCTION - 1
    assert [fault for fault in bulky(portal) if fault not in bulky()] == [
        f"portal/people/models.py:1: {number} lines, at most {MOST_LINES}",
        f"portal/people/models.py:{long}: long has {LONG_FUNCTION + 1} lines and gives no reason",
    ]


@pytest.mark.parametrize(
    "line",
    [
        '<p style="color: red">',
        "<b onclick='go()'>",
        '<b hx-post="/approve">',
        '{% from "_ui/all.html" import button %}',
        "{{ text|safe }}",
        "<script>1</script>",
        "{% autoescape false %}",
    ],
)
def test_a_planted_fault_in_a_template_is_named(tmp_path: Path, line: str) -> None:
    (tmp_path / "x.html").write_text(f"<p>\n{line}\n")

    [planted] = untidy(tmp_path)

    assert planted.startswith("templates/x.html:2: ")


def _plant(tmp_path: Path, file: str, line: str) -> tuple[Path, int]:
    """A copy of the portal with `line` at the end of `file`, and its number of lines."""
    portal = tmp_path / "portal"
    shutil.copytree(PORTAL, portal, ignore=shutil.ignore_patterns("__pycache__", "translations"))
    text = (portal / file).read_text() + line + "\n"
    (portal / file).write_text(text)
    return portal, len(text.splitlines())
