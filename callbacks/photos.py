"""A photograph as we keep it: small, JPEG, and without what the camera wrote into it."""

from io import BytesIO
from typing import BinaryIO

from django.conf import settings
from django.utils.translation import gettext as _
from PIL import Image, ImageOps

from callcenter.refusals import Invalid

LONGEST_SIDE = 800
_QUALITY = 82
_MOST_PIXELS = 50_000_000
_FORMATS = ["JPEG", "PNG", "WEBP"]


def clean(file: BinaryIO, size: int) -> bytes:
    """``file`` of ``size`` bytes drawn anew: JPEG bytes, 800 pixels at the most on a side.

    Place, time and camera (EXIF, XMP, comments) are not carried over. Raises Invalid for what is
    too large or no picture.
    """
    if size > settings.ALERT_PHOTO_MAX_BYTES:
        most = settings.ALERT_PHOTO_MAX_BYTES // 1_000_000
        raise Invalid(_("A photograph has %(n)s MB at most.") % {"n": most}, field="photo")
    try:
        with Image.open(file, formats=_FORMATS) as picture:
            if picture.width * picture.height > _MOST_PIXELS:
                raise Invalid(_("This picture has too many pixels."), field="photo")
            return _drawn_anew(picture)
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError):
        raise Invalid(_("This is no JPEG, PNG or WebP picture."), field="photo") from None


def _drawn_anew(picture: Image.Image) -> bytes:
    # A large JPEG is read small at once.
    picture.draft("RGB", (LONGEST_SIDE * 2, LONGEST_SIDE * 2))
    upright = ImageOps.exif_transpose(picture).convert("RGB")
    upright.thumbnail((LONGEST_SIDE, LONGEST_SIDE))
    # On a canvas of its own: nothing that came along with the file can follow.
    canvas = Image.new("RGB", upright.size)
    canvas.paste(upright)
    made = BytesIO()
    canvas.save(made, "JPEG", quality=_QUALITY, optimize=True)
    return made.getvalue()
