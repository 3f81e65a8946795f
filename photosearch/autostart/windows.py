"""Start at login as a value of the Run key in the user's part of the Windows registry."""

from __future__ import annotations

import subprocess
from collections.abc import Sequence
from contextlib import AbstractContextManager
from typing import Any, Protocol, cast

from photosearch.errors import SettingsError

_KEY = r"Software\Microsoft\Windows\CurrentVersion\Run"
_OURS = "photosearch.service"


class RunKey(Protocol):
    """The values below ``HKEY_CURRENT_USER\\…\\Run``: command lines by name."""

    def get(self, name: str) -> str | None:
        """A value; None where there is none."""
        ...

    def set(self, name: str, value: str) -> None:
        """Write a value."""
        ...

    def delete(self, name: str) -> None:
        """Take a value away."""
        ...


class RunEntry:
    """The value of one index."""

    def __init__(self, name: str, command: Sequence[str], key: RunKey) -> None:
        self._name = name
        self._line = subprocess.list2cmdline(_without_console(command))
        self._key = key

    @property
    def place(self) -> str:
        """What enabling writes."""
        return rf"HKEY_CURRENT_USER\{_KEY}\{self._name}"

    def enable(self) -> str:
        """Start it at login; returns what the user should know of, or nothing."""
        value = self._key.get(self._name)
        if value is not None and not _is_ours(value):
            return f"{self.place} was changed by hand, and stays as it is: {value}"
        if value != self._line:
            self._key.set(self._name, self._line)
        return ""

    def disable(self) -> str:
        """Start it at login no more; a running service goes on.

        Raises:
            SettingsError: the value was changed by hand, so it is not ours to delete.
        """
        value = self._key.get(self._name)
        if value is None:
            return ""
        if not _is_ours(value):
            raise SettingsError(f"{self.place} was changed by hand.", "Delete it yourself.")
        self._key.delete(self._name)
        return ""

    def is_enabled(self) -> bool:
        """Whether it starts at login."""
        return self._key.get(self._name) is not None

    def start(self) -> bool:
        """Nothing that runs now comes of a value."""
        return False


def _is_ours(value: str) -> bool:
    return f"-m {_OURS} " in value


def _without_console(command: Sequence[str]) -> list[str]:
    """The same with the interpreter that opens no black window."""
    program, *rest = command
    if program.lower().endswith("\\python.exe"):
        program = program[: -len("python.exe")] + "pythonw.exe"
    return [program, *rest]


class Registry:
    """The real key; ``winreg`` is the module of that name, which Python has on Windows alone."""

    def __init__(self, winreg: Any) -> None:
        self._winreg = winreg

    def get(self, name: str) -> str | None:
        """A value; None where there is none."""
        try:
            with self._open(self._winreg.KEY_READ) as key:
                return str(self._winreg.QueryValueEx(key, name)[0])
        except FileNotFoundError:
            return None

    def set(self, name: str, value: str) -> None:
        """Write a value."""
        with self._open(self._winreg.KEY_SET_VALUE) as key:
            self._winreg.SetValueEx(key, name, 0, self._winreg.REG_SZ, value)

    def delete(self, name: str) -> None:
        """Take a value away."""
        with self._open(self._winreg.KEY_SET_VALUE) as key:
            self._winreg.DeleteValue(key, name)

    def _open(self, access: int) -> AbstractContextManager[Any]:
        return cast(
            "AbstractContextManager[Any]",
            self._winreg.CreateKeyEx(self._winreg.HKEY_CURRENT_USER, _KEY, 0, access),
        )
