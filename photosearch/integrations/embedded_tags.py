"""The tags that lie in a photo itself, as XMP and as IPTC; the photo is only read."""

from __future__ import annotations

import warnings
from pathlib import Path
from typing import TYPE_CHECKING

from photosearch.integrations.sidecar_tags import SUBJECT, Tags, tags_in
from photosearch.integrations.xmp_tree import UnusableXmpError, read_tree
from photosearch.library.formats import prepare_pillow

if TYPE_CHECKING:
    from PIL import Image

_KEYWORDS = (2, 25)


def embedded_tags(photo: Path) -> Tags:
    """What is there, by property; IPTC's keywords count as ``dc:subject``, which mirrors them.

    Raw formats, which Pillow does not read, and rotten files have none.
    """
    from PIL import Image  # here, since the desktop app imports this module as well

    prepare_pillow()
    try:
        with warnings.catch_warnings(), Image.open(photo) as image:
            warnings.simplefilter("ignore")
            packet = image.info.get("xmp")
            keywords = _keywords(image)
    except Exception:  # a rotten file raises nearly anything; it has no tags then
        return {}
    tags = dict(_in_packet(packet)) if isinstance(packet, bytes) else {}
    if keywords and not tags:
        tags[SUBJECT] = keywords
    return tags


def _in_packet(packet: bytes) -> Tags:
    try:
        found = tags_in(read_tree(packet.rstrip(b"\0")))
    except UnusableXmpError:
        return {}
    return {one: values for one, values in found.items() if values}


def _keywords(image: Image.Image) -> tuple[str, ...]:
    from PIL import ImageFile, IptcImagePlugin

    if not isinstance(image, ImageFile.ImageFile):
        return ()
    try:
        found = (IptcImagePlugin.getiptcinfo(image) or {}).get(_KEYWORDS, [])
    except Exception:  # see above
        return ()
    items = found if isinstance(found, list) else [found]
    return tuple(one.decode("utf-8", "replace") for one in items if one)
