"""Whatever comes from a phone, or from somebody who means harm, goes out as pixels only, or is refused."""

from __future__ import annotations

import io
import random
import struct
import subprocess
import sys
import zlib

import pytest
from flask import Flask
from flask_babel import Babel
from PIL import Image, PngImagePlugin

from portal.config import ROOT
from portal.kit.errors import NotValid
from portal.kit.photos import LONG_SIDE, MOST_BYTES, clean

BAD = (b"<script", b"%PDF", b"GPS", b"Exif", b"xmpmeta", b"http://ns.adobe.com", b"ICC_PROFILE", b"canary")
SCRIPT = b"<script>alert('canary')</script>%PDF-1.7 canary"
XMP = b'<x:xmpmeta xmlns:x="adobe:ns:meta/"><canary/></x:xmpmeta>'


@pytest.fixture(autouse=True)
def words():
    """A refusal speaks the reader's language, so it needs an application; a database it does not need."""
    app = Flask("photos")
    Babel(app)
    with app.test_request_context():
        yield


def drawing(size: tuple[int, int] = (64, 48), mode: str = "RGB") -> Image.Image:
    picture = Image.radial_gradient("L").resize(size)
    return picture.convert("RGB").convert(mode)


def saved(picture: Image.Image, kind: str = "JPEG", **options: object) -> bytes:
    out = io.BytesIO()
    picture.save(out, kind, **options)
    return out.getvalue()


def exif(orientation: int = 1) -> Image.Exif:
    tags = Image.Exif()
    tags[0x0112] = orientation
    tags[0x010E] = "canary <script>"
    tags.get_ifd(0x8825).update({1: "N", 2: (35.0, 32.0, 21.0), 3: "E", 4: (129.0, 18.0, 4.0)})
    return tags


def loud_jpeg() -> bytes:
    return saved(drawing(), exif=exif(), comment=SCRIPT, xmp=XMP, icc_profile=b"canary" * 40) + SCRIPT


def loud_png() -> bytes:
    info = PngImagePlugin.PngInfo()
    info.add_text("Comment", SCRIPT.decode())
    info.add_itxt("XML:com.adobe.xmp", XMP.decode())
    return saved(drawing(), "PNG", pnginfo=info, exif=exif()) + SCRIPT


def bomb(side: int) -> bytes:
    """A PNG of a few kB that says it is side x side pixels."""
    header = struct.pack(">IIBBBBB", side, side, 1, 0, 0, 0, 0)
    rows = zlib.compress(bytes((side // 8 + 1) * 1000), 9)

    def chunk(name: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))

    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")


def wide_jpeg(width: int, height: int) -> bytes:
    """A JPEG whose header claims more than its data hold."""
    data = bytearray(saved(drawing()))
    start = data.index(b"\xff\xc0")
    data[start + 5 : start + 9] = struct.pack(">HH", height, width)
    return bytes(data)


GOOD = {
    "jpeg": lambda: saved(drawing()),
    "jpeg with everything": loud_jpeg,
    "png with everything": loud_png,
    "jpeg and html": lambda: saved(drawing()) + b"<html>" + SCRIPT,
    "jpeg and zip": lambda: saved(drawing()) + b"PK\x05\x06" + bytes(18),
    "grey jpeg": lambda: saved(drawing(mode="L")),
    "cmyk jpeg": lambda: saved(drawing(mode="CMYK")),
    "progressive jpeg": lambda: saved(drawing(), progressive=True),
    "png palette": lambda: saved(drawing(mode="P"), "PNG"),
    "png palette with a hole": lambda: saved(drawing(mode="P"), "PNG", transparency=0),
    "png one bit": lambda: saved(drawing(mode="1"), "PNG"),
    "png grey and alpha": lambda: saved(drawing(mode="LA"), "PNG"),
    "png rgba": lambda: saved(drawing(mode="RGBA"), "PNG"),
    "webp": lambda: saved(drawing(), "WEBP", exif=exif(), xmp=XMP),
    "webp that moves": lambda: saved(drawing(), "WEBP", save_all=True, append_images=[drawing()]),
    "jpeg of two pictures": lambda: saved(drawing(), "MPO", save_all=True, append_images=[drawing()]),
}
REFUSED = {
    "nothing": lambda: b"",
    "text": lambda: b"hello",
    "svg": lambda: b'<svg xmlns="http://www.w3.org/2000/svg"><script>1</script></svg>',
    "gif": lambda: saved(drawing(mode="P"), "GIF"),
    "gif and script": lambda: saved(drawing(mode="P"), "GIF") + SCRIPT,
    "bmp": lambda: saved(drawing(), "BMP"),
    "tiff": lambda: saved(drawing(), "TIFF"),
    "pdf": lambda: saved(drawing(), "PDF"),
    "eps": lambda: saved(drawing(), "EPS"),
    "ico": lambda: saved(drawing(), "ICO"),
    "jpeg 2000": lambda: saved(drawing(), "JPEG2000"),
    "pdf before a jpeg": lambda: b"%PDF-1.7\n" + saved(drawing()),
    "zip before a jpeg": lambda: b"PK\x03\x04" + saved(drawing()),
    "jpeg cut": lambda: saved(drawing((400, 300)))[:-600],
    "jpeg header only": lambda: saved(drawing())[:60],
    "png cut": lambda: saved(drawing((400, 300)), "PNG")[:-900],
    "webp cut": lambda: saved(drawing((400, 300)), "WEBP")[:-900],
    "bomb of 169 Mpx": lambda: bomb(13_000),
    "bomb of 900 Mpx": lambda: bomb(30_000),
    "jpeg that says 4 Gpx": lambda: wide_jpeg(65_000, 65_000),
    "jpeg that says 60 Mpx": lambda: wide_jpeg(10_000, 6_000),
    "png of 25 Mpx": lambda: bomb(5_000),
    "text bomb": lambda: saved(drawing(), "PNG", pnginfo=_zipped_text()),
    "too many bytes": lambda: saved(drawing()) + bytes(MOST_BYTES),
}


def _zipped_text() -> PngImagePlugin.PngInfo:
    info = PngImagePlugin.PngInfo()
    info.add_text("Comment", "x" * 100_000_000, zip=True)
    return info


@pytest.mark.parametrize("name", GOOD)
def test_a_picture_goes_out_as_pixels_only(name):
    jpeg, width, height = clean(io.BytesIO(GOOD[name]()))

    assert (width, height) == (64, 48)
    assert not [word for word in BAD if word in jpeg]
    with Image.open(io.BytesIO(jpeg)) as out:
        out.load()
        assert (out.format, out.mode, out.size) == ("JPEG", "RGB", (64, 48))
        assert set(out.info) <= {"jfif", "jfif_version", "jfif_unit", "jfif_density"}
        assert not out.getexif()


@pytest.mark.parametrize("name", REFUSED)
def test_what_is_no_photo_is_refused_in_a_sentence(name):
    with pytest.raises(NotValid) as refusal:
        clean(io.BytesIO(REFUSED[name]()))
    assert refusal.value.say.endswith(".")


@pytest.mark.parametrize("orientation", range(1, 9))
def test_a_picture_comes_out_upright(orientation):
    """The stored picture is red on its left half; the camera says how it was held."""
    held = Image.new("RGB", (64, 32), "blue")
    held.paste("red", (0, 0, 32, 32))
    jpeg, width, height = clean(io.BytesIO(saved(held, exif=exif(orientation), quality=95)))

    with Image.open(io.BytesIO(jpeg)) as out:
        red = {
            1: (16, 16), 2: (48, 16), 3: (48, 16), 4: (16, 16), 5: (16, 16), 6: (16, 16), 7: (16, 48), 8: (16, 48)
        }[orientation]  # fmt: skip
        assert (width, height) == ((64, 32) if orientation < 5 else (32, 64))
        pixel = out.getpixel(red)
        assert pixel[0] > 200 > 60 > pixel[2], pixel


@pytest.mark.filterwarnings("ignore:Corrupt EXIF data")
def test_spoilt_metadata_is_no_reason_to_lose_a_picture():
    tags = bytearray(exif(6).tobytes())
    tags[10:14] = b"\xff\xff\xff\x7f"
    assert clean(io.BytesIO(saved(drawing(), exif=bytes(tags))))[1:] in {(64, 48), (48, 64)}


@pytest.mark.parametrize("kind", ["JPEG", "PNG"])
@pytest.mark.parametrize(
    ("size", "becomes"),
    [
        ((4000, 1000), (LONG_SIDE, 400)),
        ((1200, 3200), (600, LONG_SIDE)),
        ((1600, 900), (1600, 900)),
        ((9000, 1), (1600, 1)),
    ],
)
def test_a_long_picture_becomes_1600_pixels_and_keeps_its_shape(kind, size, becomes):
    _, width, height = clean(io.BytesIO(saved(drawing(size), kind)))
    assert (width, height) == becomes


def test_transparent_becomes_white():
    jpeg, _, _ = clean(io.BytesIO(saved(Image.new("RGBA", (20, 20), (0, 0, 0, 0)), "PNG")))
    with Image.open(io.BytesIO(jpeg)) as out:
        assert min(out.getpixel((10, 10))) > 250


def test_two_hundred_spoilt_files_are_cleaned_or_refused():
    dice = random.Random(7)
    originals = [loud_jpeg(), loud_png(), GOOD["webp"](), GOOD["progressive jpeg"](), GOOD["png palette"]()]
    fates = {"cleaned": 0, "refused": 0}
    for turn in range(200):
        data = bytearray(originals[turn % len(originals)])
        for _ in range(dice.randint(1, 12)):
            data[dice.randrange(len(data))] = dice.randrange(256)
        if dice.random() < 0.3:
            del data[dice.randrange(len(data)) :]
        try:
            jpeg, _, _ = clean(io.BytesIO(bytes(data)))
        except NotValid:
            fates["refused"] += 1
        else:
            fates["cleaned"] += 1
            assert not [word for word in BAD if word in jpeg]
    assert min(fates.values()) > 20, fates


MEASURE = """
import io, re, sys
from portal.kit.photos import clean
data = sys.stdin.buffer.read()
kilobytes = lambda name: int(re.search(name + r":\\s+(\\d+)", open("/proc/self/status").read())[1])
before = kilobytes("VmRSS")
clean(io.BytesIO(data))
print((kilobytes("VmHWM") - before) // 1024)
"""


@pytest.mark.parametrize(
    ("megapixels", "kind", "mode", "options", "most_mb"),
    [
        (12, "JPEG", "RGB", {"quality": 92}, 60),
        (50, "JPEG", "RGB", {"quality": 80}, 150),
        (24, "JPEG", "RGB", {"quality": 80, "progressive": True, "subsampling": 0}, 250),
        (24, "PNG", "RGBA", {"compress_level": 1}, 300),
        (16, "WEBP", "RGBA", {"quality": 60, "method": 0}, 300),
    ],
)
def test_memory_stays_small(megapixels, kind, mode, options, most_mb):
    """Peak beyond what the process had before, in MB, for the largest of each that are accepted."""
    size = int((megapixels * 4e6 / 3) ** 0.5), int((megapixels * 3e6 / 4) ** 0.5)
    noise = Image.effect_noise((size[0] // 16, size[1] // 16), 90).convert(mode).resize(size, Image.Resampling.NEAREST)
    run = subprocess.run(
        [sys.executable, "-c", MEASURE], input=saved(noise, kind, **options), capture_output=True, cwd=ROOT, check=True
    )
    assert int(run.stdout) < most_mb
