"""Content ids that somebody gives us: only what may be one goes into a URL."""

from __future__ import annotations

import re

from photosearch.errors import UnknownPhotoError


def is_content_id(text: str) -> bool:
    """Whether it looks like one."""
    return re.fullmatch("[0-9a-f]{32}", text) is not None


def sound(content_id: str) -> str:
    """An id that may be one.

    Raises:
        UnknownPhotoError: it is none.
    """
    if not is_content_id(content_id):
        raise unknown(content_id)
    return content_id


def unknown(content_id: str) -> UnknownPhotoError:
    """What the service would say of it."""
    return UnknownPhotoError(
        f"No indexed photo is known as {content_id}.",
        "It may have been changed, moved or removed.",
    )
