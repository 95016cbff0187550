"""Photos from anywhere become plain JPEG files: no metadata, no position, nothing that a browser could run."""

from __future__ import annotations

import io
from typing import BinaryIO

from flask_babel import gettext as _
from PIL import Image, ImageFile, ImageOps

from portal.kit.errors import NotValid

FORMATS = ("JPEG", "PNG", "WEBP")
MOST_BYTES = 20 * 1024 * 1024
MOST_PIXELS = 50_000_000  # of a camera's JPEG, which is decoded at a fraction of its size
MOST_PIXELS_WHOLE = {"PNG": 24_000_000, "WEBP": 16_000_000}  # up to 16 bytes of memory a pixel
MOST_PIXELS_PROGRESSIVE = 24_000_000  # all coefficients are held at once, 6 bytes a pixel
LONG_SIDE = 1600  # pixels
QUALITY = 80
RESIZES_WELL = frozenset({"RGB", "L", "RGBA", "LA", "CMYK", "YCbCr"})


def clean(stream: BinaryIO) -> tuple[bytes, int, int]:
    """The picture as a JPEG file, upright, at most 1600 pixels long, with its width and height in pixels.

    Of the file that came nothing is kept but the colours of its pixels; transparent becomes white. Raises NotValid,
    with a sentence for the person, for everything that is not a whole JPEG, PNG or WebP picture of sane size.
    """
    ImageFile.LOAD_TRUNCATED_IMAGES = False  # WeasyPrint sets it where it is loaded, and half a photo would pass
    content = stream.read(MOST_BYTES + 1)
    if not content:
        raise NotValid(_("The photo is empty. Take it again."))
    if len(content) > MOST_BYTES:
        raise NotValid(_("The photo is larger than %(most)s MB. Take it with a lower resolution.", most=20))
    picture = _picture(content)
    out = io.BytesIO()
    picture.save(out, "JPEG", quality=QUALITY)
    return out.getvalue(), picture.width, picture.height


def _picture(content: bytes) -> Image.Image:
    try:
        with Image.open(io.BytesIO(content), formats=FORMATS) as image:
            _sane(image)
            return _plain(image)
    except NotValid:
        raise
    except Image.DecompressionBombError as bomb:
        raise _too_large() from bomb
    except Exception as wrong:  # the decoders answer a spoilt file with almost any exception
        raise NotValid(
            _("This is not a whole photo in JPEG, PNG or WebP. Take it again."), wrong=type(wrong).__name__
        ) from wrong


def _sane(image: Image.Image) -> None:
    """Look at the size that the header claims, before a pixel is decoded. Within these limits 300 MB are enough."""
    most = MOST_PIXELS_WHOLE.get(image.format or "", MOST_PIXELS)
    if image.info.get("progressive"):
        most = MOST_PIXELS_PROGRESSIVE
    if image.width * image.height > most:
        raise _too_large()


def _too_large() -> NotValid:
    return NotValid(_("The photo has too many pixels. Take it with a lower resolution."))


def _plain(image: Image.Image) -> Image.Image:
    fraction = LONG_SIDE * 1.2 / max(image.size)
    needed = max(1, int(image.width * fraction)), max(1, int(image.height * fraction))
    image.draft(None, needed)  # JPEG then decodes an eighth, a quarter or a half of each side
    if image.mode not in RESIZES_WELL:
        image = image.convert("RGBA" if image.has_transparency_data else "RGB")
    image.thumbnail((LONG_SIDE, LONG_SIDE))
    image.load()
    image = _opaque(_upright(image))
    image.info.clear()  # a comment would be written out again
    return image


def _upright(image: Image.Image) -> Image.Image:
    try:
        return ImageOps.exif_transpose(image)
    except Exception:  # spoilt metadata raises almost anything, and is no reason to lose a good picture
        return image


def _opaque(image: Image.Image) -> Image.Image:
    if not image.has_transparency_data:
        return image.convert("RGB")
    image = image.convert("RGBA")
    paper = Image.new("RGBA", image.size, "white")
    paper.alpha_composite(image)
    return paper.convert("RGB")
