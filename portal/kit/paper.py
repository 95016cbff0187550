"""Paper: HTML to a PDF that is PDF/A-3a and PDF/UA-1 at once, with places for signatures.

Imported by the child process that renders, never by a web worker: WeasyPrint costs a second and 30 MB.
One thread a process: a FontConfiguration shared between threads corrupts the heap.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache, partial
from pathlib import Path
from typing import Any
from xml.etree.ElementTree import Element  # only the type: WeasyPrint has parsed the text

import pydyf
from fontTools.ttLib import TTFont
from weasyprint import CSS, HTML, Attachment
from weasyprint.text.fonts import FontConfiguration
from weasyprint.urls import URLFetcher, URLFetcherResponse

PT_PER_PX = 0.75
PRINT = 4  # annotation flag of ISO 32000-1, 12.5.3
ASSET = re.compile(r"asset:(font|photo)/([A-Za-z0-9.-]+)")
FONT_FILES = ("Pretendard-Regular.woff", "NotoSansSC-400.woff")  # the heavier faces cover the same characters
KEEP_TOGETHER = re.compile(r"(?<=[가-힣])(?=[가-힣A-Za-z0-9(])|(?<=[A-Za-z0-9)%])(?=[가-힣])")
WORD_JOINER = "\u2060"
GLUE = dict.fromkeys([0xAD, 0x200B, 0x200C, 0x200D, 0x2060, 0xFEFF, *range(0xFE00, 0xFE10)])  # nothing to see, ever
UNREAD = {"head", "style", "script", "{http://www.w3.org/2000/svg}title"}
UA_SCHEMA = b"""<rdf:Description rdf:about="" xmlns:pdfuaid="http://www.aiim.org/pdfua/ns/id/">
<pdfuaid:part>1</pdfuaid:part></rdf:Description>
<rdf:Description rdf:about="" xmlns:pdfaExtension="http://www.aiim.org/pdfa/ns/extension/"
 xmlns:pdfaSchema="http://www.aiim.org/pdfa/ns/schema#" xmlns:pdfaProperty="http://www.aiim.org/pdfa/ns/property#">
<pdfaExtension:schemas><rdf:Bag><rdf:li rdf:parseType="Resource">
<pdfaSchema:schema>PDF/UA Universal Accessibility Schema</pdfaSchema:schema>
<pdfaSchema:namespaceURI>http://www.aiim.org/pdfua/ns/id/</pdfaSchema:namespaceURI>
<pdfaSchema:prefix>pdfuaid</pdfaSchema:prefix>
<pdfaSchema:property><rdf:Seq><rdf:li rdf:parseType="Resource">
<pdfaProperty:name>part</pdfaProperty:name><pdfaProperty:valueType>Integer</pdfaProperty:valueType>
<pdfaProperty:category>internal</pdfaProperty:category>
<pdfaProperty:description>Part of ISO 14289 the file conforms to</pdfaProperty:description>
</rdf:li></rdf:Seq></pdfaSchema:property></rdf:li></rdf:Bag></pdfaExtension:schemas></rdf:Description>
"""


@dataclass(frozen=True)
class SignatureField:
    """A place to sign: the element whose id is `name`. `label` is read aloud; `locks` closes the file behind it."""

    name: str
    label: str
    locks: bool = False


@dataclass(frozen=True)
class Enclosure:
    """The data behind the page, attached to the file as its source."""

    name: str
    text: str
    description: str


class AssetFetcher(URLFetcher):
    """Gives out our own fonts and the photos named in `photos`, by `asset:` addresses; refuses everything else.

    A subclass and not a function: WeasyPrint 70 reads attributes of the fetcher when a fetch fails.
    """

    def __init__(self, fonts: Path, photos: Mapping[str, Path]) -> None:
        super().__init__(allowed_protocols=("asset",), allow_redirects=False)
        self.fonts = fonts
        self.photos = photos

    def fetch(self, url: str, headers: object = None) -> URLFetcherResponse:
        """The bytes of one asset. Raises ValueError for any other address; the page then shows nothing there."""
        match = ASSET.fullmatch(url)
        if match is None:
            raise ValueError("only the record's own photos and fonts are fetched")
        kind, name = match.groups()
        if kind == "photo" and name in self.photos:
            return URLFetcherResponse(url, self.photos[name].read_bytes(), {"Content-Type": "image/jpeg"})
        if kind == "font" and name.endswith(".woff") and ".." not in name:
            return URLFetcherResponse(url, (self.fonts / name).read_bytes(), {"Content-Type": "font/woff"})
        raise ValueError(f"no such asset: {kind} {name}")


@cache
def covered(fonts: Path) -> frozenset[int]:
    """The code points that our fonts can draw."""
    points: set[int] = set()
    for name in FONT_FILES:
        with TTFont(fonts / name, lazy=True) as font:
            points |= set(font.getBestCmap())
    return frozenset(points)


def legible(text: str, points: frozenset[int]) -> str:
    """`text` with every character that no font of ours can draw written as `[U+XXXX]`.

    Joiners and variation selectors go: they only dress the character before them. Controls that turn the
    direction of writing are shown: a signed page must not read otherwise than it is stored.
    """
    return "".join(_visible(c, points) for c in unicodedata.normalize("NFC", text).translate(GLUE))


def _visible(character: str, points: frozenset[int]) -> str:
    if character in "\n\r\t\f " or (ord(character) in points and unicodedata.category(character)[0] != "C"):
        return character
    return f"[U+{ord(character):04X}]"


def keep_words(text: str) -> str:
    """`text` with Korean words held together at line ends; WeasyPrint has no `word-break: keep-all`."""
    return KEEP_TOGETHER.sub(WORD_JOINER, text)


def render(
    html: str,
    *,
    css: str,
    fonts: Path,
    photos: Mapping[str, Path],
    fields: tuple[SignatureField, ...] = (),
    enclosure: Enclosure | None = None,
    archive: bool = True,
) -> bytes:
    """The PDF of `html`. With `archive` it is PDF/A-3a and PDF/UA-1; without, a plain page to be stamped into one.

    `html` names photos as `asset:photo/<sha256>` and has one element per field, with the field's name as its id.
    Raises LookupError when a field has no such element.
    """
    font_config, sheet = _styled(css, fonts)
    page = HTML(string=html, url_fetcher=AssetFetcher(fonts, photos), base_url=None)
    dress(page.etree_element, covered(fonts))
    return page.write_pdf(  # type: ignore[no-any-return]
        stylesheets=[sheet],
        font_config=font_config,
        pdf_variant="pdf/a-3a" if archive else None,
        attachments=[_attached(enclosure)] if enclosure else [],
        dpi=200,
        cache={},
        finisher=partial(_finish, fields) if archive else None,
    )


@cache
def _styled(css: str, fonts: Path) -> tuple[FontConfiguration, CSS]:
    """The stylesheet with its fonts unpacked: a third of a second, so once for all sheets of a process."""
    font_config = FontConfiguration()
    return font_config, CSS(string=css, url_fetcher=AssetFetcher(fonts, {}), font_config=font_config, base_url=None)


def _attached(enclosure: Enclosure) -> Attachment:
    return Attachment(
        string=enclosure.text, name=enclosure.name, description=enclosure.description, relationship="Source"
    )


def dress(root: Element, points: frozenset[int]) -> None:
    """Make every text of the page legible and hold its Korean words together, in place."""
    for element in _read(root):
        if element.text:
            element.text = keep_words(legible(element.text, points))
        for child in element:
            if child.tail:
                child.tail = keep_words(legible(child.tail, points))


def _read(element: Element) -> Iterator[Element]:
    if element.tag in UNREAD or not isinstance(element.tag, str):
        return
    yield element
    for child in element:
        yield from _read(child)


def _finish(fields: tuple[SignatureField, ...], document: Any, pdf: pydyf.PDF) -> None:
    """Add to a PDF/A-3a what WeasyPrint cannot: the PDF/UA-1 mark and empty signature fields in the tag tree."""
    _claim_ua(pdf)
    if not fields:
        return
    tree = _Tree(pdf)
    form = pydyf.Array()
    for field in fields:
        form.append(_add_field(field, document, pdf, tree).reference)
    pdf.catalog["AcroForm"] = pydyf.Dictionary({"Fields": form})


def _claim_ua(pdf: pydyf.PDF) -> None:
    metadata = pdf.objects[int(pdf.catalog["Metadata"].split()[0])]
    [text] = metadata.stream
    metadata.stream = [text.replace(b"</rdf:RDF>", UA_SCHEMA + b"</rdf:RDF>")]
    metadata.compress = False


class _Tree:
    """The tag tree of a PDF: where a new field has to be entered."""

    def __init__(self, pdf: pydyf.PDF) -> None:
        look: Callable[[bytes], Any] = lambda reference: pdf.objects[int(reference.split()[0])]  # noqa: E731
        self.root = look(pdf.catalog["StructTreeRoot"])
        self.document = look(self.root["K"][0])
        self.numbers = look(self.root["ParentTree"])["Nums"]

    def enter(self, element: Any) -> int:
        """Add `element` to the document; returns its key in the parent tree."""
        key = max(self.numbers[0::2], default=-1) + 1
        self.numbers.extend([key, element.reference])
        self.document["K"].append(element.reference)
        self.root["ParentTreeNextKey"] = key + 1
        return int(key)


def _add_field(field: SignatureField, document: Any, pdf: pydyf.PDF, tree: _Tree) -> Any:
    number, (left, top, right, bottom) = _place_of(field.name, document)
    page = pdf.objects[pdf.pages["Kids"][number * 3]]
    height = document.pages[number].height
    width_pt, height_pt = (right - left) * PT_PER_PX, (bottom - top) * PT_PER_PX
    blank = pydyf.Stream([], {"Type": "/XObject", "Subtype": "/Form", "BBox": pydyf.Array([0, 0, width_pt, height_pt])})
    pdf.add_object(blank)
    widget = pydyf.Dictionary(
        {
            "Type": "/Annot",
            "Subtype": "/Widget",
            "FT": "/Sig",
            "T": pydyf.String(field.name),
            "TU": pydyf.String(field.label),
            "F": PRINT,
            "P": page.reference,
            "Rect": pydyf.Array([v * PT_PER_PX for v in (left, height - bottom, right, height - top)]),
            "AP": pydyf.Dictionary({"N": blank.reference}),  # PDF/A: even an unsigned field has an appearance
        }
    )
    pdf.add_object(widget)
    if field.locks:
        lock = pydyf.Dictionary({"Type": "/SigFieldLock", "Action": "/All", "P": 1})
        pdf.add_object(lock)
        widget["Lock"] = lock.reference
    _tag_field(field, widget, page, pdf, tree)
    page.setdefault("Annots", pydyf.Array()).append(widget.reference)
    return widget


def _tag_field(field: SignatureField, widget: Any, page: Any, pdf: pydyf.PDF, tree: _Tree) -> None:
    place = pydyf.Dictionary({"Type": "/OBJR", "Obj": widget.reference, "Pg": page.reference})
    pdf.add_object(place)
    element = pydyf.Dictionary(
        {
            "Type": "/StructElem",
            "S": "/Form",
            "K": place.reference,  # not in an array: pyHanko's rules know only `K.Obj` and would call the file altered
            "Pg": page.reference,
            "P": tree.document.reference,
            "Alt": pydyf.String(field.label),
        }
    )
    pdf.add_object(element)
    widget["StructParent"] = tree.enter(element)


def _place_of(name: str, document: Any) -> tuple[int, tuple[float, float, float, float]]:
    for number, page in enumerate(document.pages):
        if name in page.anchors:
            return number, page.anchors[name]
    raise LookupError(f"the page has no element with the id {name}")
