"""The page: what anybody may type is printed as text, nothing is fetched, every character is drawn or named."""

from __future__ import annotations

import hashlib
import json
import re
import resource
import subprocess
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer
from io import BytesIO
from pathlib import Path
from typing import Any, ClassVar

import pikepdf
import pytest
from fontTools.ttLib import TTFont

from portal.kit.paper import FONT_FILES, AssetFetcher, covered, keep_words, legible
from portal.records import child, printing
from tests.records import examples
from tests.records.conftest import Works

ASCII = frozenset(range(0x20, 0x7F))
EVIL = "<img src='{url}'><link rel=attachment href='{url}'><style>@import '{url}'</style><script>alert(1)</script>"


def text_of(pdf: bytes) -> str:
    done = subprocess.run(["pdftotext", "-", "-"], input=pdf, capture_output=True, check=True)
    return done.stdout.decode()


def flat(text: str) -> str:
    return re.sub(r"\s+", "", text)


@pytest.mark.parametrize(
    ("typed", "printed"),
    [
        ("DT-07", "DT-07"),
        ("👍🏽", "[U+1F44D][U+1F3FD]"),
        ("a\u202eb", "a[U+202E]b"),
        ("co\u00adop\u200b", "coop"),
        ("a\x07b", "a[U+0007]b"),
        ("two\nlines\t", "two\nlines\t"),
    ],
)
def test_what_no_font_draws_is_named(typed: str, printed: str) -> None:
    assert legible(typed, ASCII) == printed


def test_decomposed_hangul_is_composed() -> None:
    assert legible("\u1100\u1161", frozenset({ord("가")})) == "가"


def test_korean_words_stay_together() -> None:
    assert keep_words("500시간에서 DT호") == "500\u2060시\u2060간\u2060에\u2060서 DT\u2060호"


def test_the_heavier_faces_draw_the_same_characters() -> None:
    for light, heavier in zip(
        FONT_FILES,
        (("Pretendard-SemiBold.woff", "Pretendard-Bold.woff"), ("NotoSansSC-700.woff",)),
        strict=True,
    ):
        with TTFont(printing.FONTS / light, lazy=True) as font:
            points = set(font.getBestCmap())
        for name in heavier:
            with TTFont(printing.FONTS / name, lazy=True) as font:
                assert points <= set(font.getBestCmap()), name


def test_every_syllable_and_the_trade_s_signs_are_drawn() -> None:
    points = covered(printing.FONTS)
    assert {*range(0xAC00, 0xD7A4)} <= points
    assert {ord(c) for c in "潤滑油润滑°℃²³µ≥≤±–·"} <= points


@pytest.mark.parametrize(
    "url",
    [
        "http://127.0.0.1:1/x", "https://example.test/x", "file:///etc/passwd", "data:text/plain,x",
        "ftp://example.test/x", "asset:photo/unknown", "asset:font/../../config.py", "asset:font/..woff/../x.woff",
        "asset:css/record.css", "ASSET:font/x",
        "asset:photo/a/../../../etc/passwd", "/etc/passwd", "",
    ],
)  # fmt: skip
def test_the_fetcher_refuses(url: str, tmp_path: Path) -> None:
    fetcher = AssetFetcher(tmp_path, {"a": tmp_path / "a"})
    with pytest.raises(ValueError, match=r"asset|fetched"):
        fetcher.fetch(url)
    with pytest.raises(ValueError, match=r"asset|fetched"):
        fetcher(url)


class Listener(BaseHTTPRequestHandler):
    heard: ClassVar[list[str]] = []

    def do_GET(self) -> None:
        self.heard.append(self.path)
        self.send_error(404)


def test_hostile_facts_are_text_and_fetch_nothing(works: Works) -> None:
    server = HTTPServer(("127.0.0.1", 0), Listener)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    urls = [f"http://127.0.0.1:{server.server_port}/x", "file:///etc/passwd", "data:text/html,<h1>x", "//evil.test/x"]
    evil = "".join(EVIL.format(url=url) for url in urls)
    facts = poisoned(examples.facts(), evil)
    pdf = works.print(facts)
    server.shutdown()
    server.server_close()
    text = flat(text_of(pdf))
    assert not Listener.heard
    for url in urls:
        assert flat(f"<img src='{url}'>") in text
    assert "<script>alert(1)</script>" in text
    assert "root:x:0" not in text
    with pikepdf.open(BytesIO(pdf)) as opened:
        assert list(opened.attachments) == ["record.json"]


def poisoned(value: Any, evil: str, name: str = "") -> Any:
    """The same facts with `evil` in every text that people type."""
    if isinstance(value, dict):
        return {key: poisoned(part, evil, key) for key, part in value.items()}
    if isinstance(value, list):
        return value if name == "strokes" else [poisoned(part, evil, name) for part in value]
    typed = isinstance(value, str) and not re.search(r"_at$|_on$|^zone$|sha256|hours|^code$|journal", name)
    return evil if typed and name in {"name", "text", "observed", "purpose", "role", "consent", "address"} else value


@pytest.fixture(scope="module")
def long_record(works: Works) -> bytes:
    photos = {hashlib.sha256(p).hexdigest(): p for p in (examples.picture(n * 9) for n in range(12))}
    return works.print(examples.long(list(photos)), photos=photos)


def test_korean_can_be_searched_and_copied(long_record: bytes) -> None:
    text = text_of(long_record)
    assert "\u2060" not in text
    assert flat(examples.MEMO) in flat(text)
    assert "潤滑油 润滑油检测" in text
    assert "[U+1F600]" in text


def test_no_line_runs_out_of_the_page(long_record: bytes) -> None:
    boxes = subprocess.run(
        ["pdftotext", "-bbox", "-", "-"], input=long_record, capture_output=True, check=True
    ).stdout.decode()
    width = float(re.findall(r'<page width="([\d.]+)"', boxes)[0])
    edges = [float(x) for x in re.findall(r'xMax="([\d.]+)"', boxes)]
    assert max(edges) <= width - 14 * 72 / 25.4 + 1


def test_only_our_fonts_and_all_embedded(long_record: bytes, sealed: bytes) -> None:
    for pdf in (long_record, sealed):
        with pikepdf.open(BytesIO(pdf)) as opened:
            fonts = [o for o in opened.objects if isinstance(o, pikepdf.Dictionary) and o.get("/Type") == "/Font"]
            assert fonts
            described = [f for f in fonts if "/FontDescriptor" in f]
            assert described and all("/FontFile2" in f.FontDescriptor for f in described)
            assert all(re.fullmatch(r"/[A-Z]{6}\+Body(SC)?(-[A-Za-z-]+)?", str(f.BaseFont)) for f in fonts)


def test_the_facts_are_attached_as_they_were_frozen(works: Works, sealed: bytes) -> None:
    facts = examples.facts()
    with pikepdf.open(BytesIO(sealed)) as opened:
        [name] = opened.attachments
        data = opened.attachments[name].get_file().read_bytes()
        assert opened.Root.AF[0].AFRelationship == "/Source"
    assert json.loads(data) == facts
    assert hashlib.sha256(data).hexdigest() == works.document(facts).facts_sha256
    assert hashlib.sha256(data).hexdigest() in text_of(sealed)


def test_it_says_what_it_is(sealed: bytes) -> None:
    """Both standards are claimed, the language is told, and no state that may change is printed."""
    with pikepdf.open(BytesIO(sealed)) as opened:
        xmp = opened.Root.Metadata.read_bytes().decode()
        assert opened.Root.Lang == "ko"
        assert opened.Root.MarkInfo.Marked
    assert re.search(r'pdfaid:part="?>?3', xmp) and re.search(r'pdfaid:conformance="?>?A', xmp)
    assert re.search(r'pdfuaid:part(="|>)1', xmp)
    assert not re.search("pending|awaiting|대기", text_of(sealed), re.I)


def test_an_english_record(works: Works) -> None:
    text = text_of(works.print(examples.english(), "en"))
    for said in ("Visit service record", "Sun 22 Nov 2026 10:12", "UTC+09:00", "12,451", "Satisfaction: 4 of 5 · Good"):
        assert said in text


def test_a_typed_name_stands_where_handwriting_would(works: Works) -> None:
    text = text_of(works.print(examples.english(), "en"))
    assert "Customer (typed name)" in text and "Kim Do-hyun" in text


def test_a_page_that_never_ends_is_stopped() -> None:
    bomb = "<div style='display:flex'>" * 30 + "x"
    sheet = {"html": f"<html lang=en><title>x</title>{bomb}", "fields": [], "enclosure": None, "archive": False}
    request = {"sheets": [sheet], "css": "", "fonts": str(printing.FONTS), "photos": {}}
    before = resource.getrusage(resource.RUSAGE_CHILDREN).ru_utime
    with pytest.raises(child.ChildFailed, match="more than 4 seconds of CPU"):
        child.run("portal.records.press", request, cpu_seconds=4)
    assert resource.getrusage(resource.RUSAGE_CHILDREN).ru_utime - before < 6


def test_the_web_server_never_loads_the_printing_works() -> None:
    code = "import portal.app, sys; print(sorted({'weasyprint', 'pyhanko', 'fontTools'} & set(sys.modules)))"
    done = subprocess.run(
        [child.sys.executable, "-c", code], capture_output=True, check=True, cwd=child.ROOT, text=True
    )
    assert done.stdout.strip() == "[]"


def test_the_child_has_no_secrets_in_its_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgresql://someone:secret@example.test/x")
    assert "DATABASE_URL" not in child._environment()


def test_every_part_of_a_visit_is_printed_in_words(works: Works) -> None:
    photos = {hashlib.sha256(p).hexdigest(): p for p in (examples.picture(n * 9) for n in range(4))}
    facts = examples.every_part(list(photos))
    [pdf] = printing.printed([works.page(facts)], works.paths(photos))
    text = flat(text_of(pdf))
    for part in (
        "C-2026-000012",
        "수용 · 김도현",
        "즉시 조치",
        "그리스 혼용",
        "씰 교체 입회",
        "필터 점검",
        "브리더 교체",
    ):
        assert flat(part) in text, part
    for said in (
        "브리더 교체",
        "혼용 금지",
        "뚜껑 찌그러짐",
        "작업 전 · 사진 0",
        "작업 후 · 사진 1",
        "2026년 11월 30일",
    ):
        assert flat(said) in text, said


def test_parts_that_a_visit_has_not_leave_no_heading(works: Works) -> None:
    [pdf] = printing.printed([works.page(examples.english(), "en")], {})
    text = text_of(pdf)
    assert not {"Complaints", "Training", "Findings", "Promises", "Left for next time"} & set(text.splitlines())
