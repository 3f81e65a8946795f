"""How the window was left: its place, the tiles, what is shown; kept beside the index."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QByteArray, QSettings

TILE_PX_LOW, TILE_PX_HIGH, TILE_STEP_PX = 96, 320, 16
_TILE_PX = 192


class WindowState:
    """The window's own values, in an INI file; what is wrong there is as if it were not."""

    def __init__(self, file: Path) -> None:
        self._values = QSettings(str(file), QSettings.Format.IniFormat)

    @property
    def geometry(self) -> QByteArray:
        """Place and size of the window, as Qt saves it; empty at first."""
        value = self._values.value("geometry")
        return value if isinstance(value, QByteArray) else QByteArray()

    @geometry.setter
    def geometry(self, value: QByteArray) -> None:
        self._values.setValue("geometry", value)

    @property
    def tile_px(self) -> int:
        """How wide a tile of the grid is."""
        try:
            value = int(str(self._values.value("tile_px", _TILE_PX)))
        except ValueError:
            return _TILE_PX
        return min(max(value, TILE_PX_LOW), TILE_PX_HIGH)

    @tile_px.setter
    def tile_px(self, value: int) -> None:
        self._values.setValue("tile_px", min(max(value, TILE_PX_LOW), TILE_PX_HIGH))

    @property
    def has_captions(self) -> bool:
        """Whether names stand below the photos."""
        return self._is_on("captions", default=True)

    @has_captions.setter
    def has_captions(self, value: bool) -> None:
        self._values.setValue("captions", value)

    @property
    def has_scores(self) -> bool:
        """Whether a bar says how well a photo answers."""
        return self._is_on("scores", default=True)

    @has_scores.setter
    def has_scores(self, value: bool) -> None:
        self._values.setValue("scores", value)

    @property
    def stays_in_tray(self) -> bool:
        """Whether the app goes on in the tray when its window is closed."""
        return self._is_on("stays_in_tray", default=False)

    @stays_in_tray.setter
    def stays_in_tray(self, value: bool) -> None:
        self._values.setValue("stays_in_tray", value)

    def save(self) -> None:
        """Write it to the disk now; a folder where that is not possible is no trouble."""
        self._values.sync()

    def _is_on(self, name: str, *, default: bool) -> bool:
        return str(self._values.value(name, default)).lower() == "true"
