"""A made-up library whose photos are files, found by the words of their names."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path

from PIL import Image

from photosearch.client.fake import FakeClient, FakePhoto


class FilePhoto(FakePhoto):
    """One whose name may be any bytes."""

    @property
    def content_id(self) -> str:
        name = os.fsencode(self.relative_path)
        return hashlib.md5(name, usedforsecurity=False).hexdigest()


class PhotoFiles(FakeClient):
    """What a test asks instead of the service."""

    def __init__(self, folder: Path) -> None:
        super().__init__(root=folder)
        folder.mkdir(exist_ok=True)

    def put(self, *names: str) -> list[FilePhoto]:
        """Make photos and index them."""
        made = [FilePhoto(name) for name in names]
        for photo in made:
            path = self.folder / photo.relative_path
            path.parent.mkdir(parents=True, exist_ok=True)
            Image.new("RGB", (40, 20), photo.rgb).save(path, "PNG")
            self.add_photo(photo)
        return made
