"""Keys of the user's part of the Windows registry, written and taken away like files."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from photosearch.errors import IntegrationError
from photosearch.integrations.host import PartState
from photosearch.integrations.record import Record


class Registry(Protocol):
    """Text values below ``HKEY_CURRENT_USER``, by key and name; the name ``""`` is the default.

    Raises:
        OSError: Windows refuses.
    """

    def values(self, key: str) -> dict[str, str] | None:
        """The text values of a key; None where there is no such key."""
        ...

    def write(self, key: str, values: Mapping[str, str]) -> None:
        """Make a key with these values, and those above it."""
        ...

    def delete(self, key: str) -> None:
        """Take a key away, if it is there and has no keys below it."""
        ...

    def has_children(self, key: str) -> bool:
        """Whether there are keys below it."""
        ...


@dataclass(frozen=True)
class RegistryKey:
    """A key that is ours alone."""

    registry: Registry
    key: str
    values: Mapping[str, str]

    @property
    def place(self) -> str:
        """The whole name of the key."""
        return rf"HKEY_CURRENT_USER\{self.key}"

    def state(self, record: Record) -> PartState:
        """What is there now."""
        found = self.registry.values(self.key)
        if found is None:
            return PartState.ABSENT
        if found == dict(self.values):
            return PartState.CURRENT
        is_ours = record.wrote(self.place, _encoded(found))
        return PartState.OUTDATED if is_ours else PartState.FOREIGN

    def install(self, record: Record) -> None:
        """Write it, unless somebody else's key is there."""
        if self.state(record) is PartState.FOREIGN:
            return
        record.note(self.place, _encoded(self.values))
        record.note_missing(self.place, self._missing_above())
        try:
            if self.state(record) is PartState.OUTDATED:
                self.registry.delete(self.key)
            self.registry.write(self.key, self.values)
        except OSError as error:
            raise self._refused(error) from error

    def remove(self, record: Record) -> None:
        """Take it away if it is ours, and the keys above it that were made for it."""
        try:
            if self.state(record) in (PartState.CURRENT, PartState.OUTDATED):
                self.registry.delete(self.key)
            for key in record.missing(self.place):
                if not self.registry.values(key) and not self.registry.has_children(key):
                    self.registry.delete(key)
        except OSError as error:
            raise self._refused(error) from error
        record.forget(self.place)

    def _missing_above(self) -> list[str]:
        """The keys above that are not there, the innermost first."""
        parts = self.key.split("\\")
        above = ["\\".join(parts[:depth]) for depth in range(len(parts) - 1, 0, -1)]
        return [key for key in above if self.registry.values(key) is None]

    def _refused(self, error: OSError) -> IntegrationError:
        return IntegrationError(
            f"{self.place} cannot be written: {error.strerror or error}.",
            "Ask whoever looks after this computer.",
        )


def _encoded(values: Mapping[str, str]) -> bytes:
    return json.dumps(dict(values), sort_keys=True).encode()


class WindowsRegistry:
    """The real one; ``winreg`` is the module of that name, which Python has on Windows alone."""

    def __init__(self, winreg: Any) -> None:
        self._winreg = winreg

    def values(self, key: str) -> dict[str, str] | None:
        """The text values of a key; None where there is no such key."""
        try:
            with self._open(key) as handle:
                _, count, _ = self._winreg.QueryInfoKey(handle)
                found = [self._winreg.EnumValue(handle, at) for at in range(count)]
        except FileNotFoundError:
            return None
        return {name: str(value) for name, value, _ in found}

    def write(self, key: str, values: Mapping[str, str]) -> None:
        """Make a key with these values, and those above it."""
        access = self._winreg.KEY_SET_VALUE
        with self._winreg.CreateKeyEx(self._winreg.HKEY_CURRENT_USER, key, 0, access) as handle:
            for name, value in values.items():
                self._winreg.SetValueEx(handle, name, 0, self._winreg.REG_SZ, value)

    def delete(self, key: str) -> None:
        """Take a key away, if it is there and has no keys below it."""
        try:
            self._winreg.DeleteKey(self._winreg.HKEY_CURRENT_USER, key)
        except FileNotFoundError:
            return

    def has_children(self, key: str) -> bool:
        """Whether there are keys below it."""
        try:
            with self._open(key) as handle:
                return bool(self._winreg.QueryInfoKey(handle)[0])
        except FileNotFoundError:
            return False

    def _open(self, key: str) -> Any:
        return self._winreg.OpenKey(self._winreg.HKEY_CURRENT_USER, key)
