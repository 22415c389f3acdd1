"""The only importer of Pillow: the bytes of a cell as an image, when somebody asks for it.

Only formats that are pictures and nothing else are opened: Pillow would hand PostScript to Ghostscript, which runs it.
"""

from __future__ import annotations

import io
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from recipes_data.errors import TableError, UnsafeFileError, UsageError
from recipes_data.tables.cells import bytes_of

if TYPE_CHECKING:
    import PIL.Image

__all__ = ["MAX_PIXELS", "decode"]

MAX_PIXELS = 89_478_485
"""Width times height of the largest image: a quarter of a gigabyte at 3 bytes a pixel, as Pillow has it."""
_FORMATS = ("PNG", "JPEG", "GIF", "WEBP", "BMP", "TIFF", "PPM")


def decode(cell: Mapping[str, Any] | bytes, *, max_pixels: int = MAX_PIXELS) -> PIL.Image.Image:
    """The image of a cell `{"bytes", "path"}`, or of bytes, wholly read and turned upright by its EXIF orientation.

    Of several frames the first. Equal to what `datasets.Image().decode_example` gives.

    Raises:
        UnsafeFileError: more than `max_pixels` pixels (width times height).
        TableError: no bytes, or not an image that can be read.
        UsageError: Pillow is not installed.
    """
    try:
        import PIL
        import PIL.Image
        import PIL.ImageOps
    except ImportError as exc:
        raise UsageError(
            "images are decoded by Pillow, which is missing", "pip install 'recipes-data[images]'"
        ) from exc
    content, name = bytes_of(cell)
    try:
        image = PIL.Image.open(io.BytesIO(content), formats=_FORMATS)
        width, height = image.size
        if width * height > max_pixels:
            raise _too_large(name, f"{width:,} x {height:,} pixels", max_pixels)
        image.load()
        turned: PIL.Image.Image = PIL.ImageOps.exif_transpose(image) if image.getexif().get(0x0112) else image
    except (PIL.Image.DecompressionBombError, PIL.Image.DecompressionBombWarning) as exc:
        raise _too_large(name, str(exc), max_pixels) from exc
    except PIL.UnidentifiedImageError as exc:
        what = f"{name}: not an image of a known format ({', '.join(_FORMATS)})"
        raise TableError(what, "its bytes are those that were locked") from exc
    except (OSError, ValueError, SyntaxError, EOFError, MemoryError) as exc:
        raise TableError(
            f"{name}: not an image that can be read: {exc}", "its bytes are those that were locked"
        ) from exc
    return turned


def _too_large(name: str, what: str, most: int) -> UnsafeFileError:
    return UnsafeFileError(f"{name}: {what}, more than {most:,} are not decoded", "if it is meant so: max_pixels=...")
