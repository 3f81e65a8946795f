"""Starting at login on Windows: a value of the Run key, written and taken away over a stand-in."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import pytest

from photosearch.autostart import autostarts
from photosearch.autostart.windows import Registry, RunEntry
from photosearch.errors import SettingsError
from photosearch.paths import AppPaths


class FakeWinreg:
    """The module ``winreg`` as far as it is used, over a dict."""

    HKEY_CURRENT_USER, KEY_READ, KEY_SET_VALUE, REG_SZ = "HKCU", 1, 2, "text"

    def __init__(self) -> None:
        self.values: dict[str, str] = {}

    def CreateKeyEx(self, root: str, key: str, zero: int, access: int) -> Any:  # noqa: N802
        assert (root, key.rpartition("\\")[2]) == ("HKCU", "Run")
        return self

    def __enter__(self) -> FakeWinreg:
        return self

    def __exit__(self, *_: object) -> None:
        pass

    def QueryValueEx(self, key: object, name: str) -> tuple[str, str]:  # noqa: N802
        if name not in self.values:
            raise FileNotFoundError(name)
        return self.values[name], self.REG_SZ

    def SetValueEx(self, key: object, name: str, zero: int, kind: str, value: str) -> None:  # noqa: N802
        self.values[name] = value

    def DeleteValue(self, key: object, name: str) -> None:  # noqa: N802
        del self.values[name]


def test_windows_gets_a_value_of_the_run_key(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    winreg = FakeWinreg()
    monkeypatch.setitem(sys.modules, "winreg", winreg)  # type: ignore[arg-type]
    [way] = autostarts(AppPaths(tmp_path / "data"), "win32")
    assert way.enable() == ""
    [line] = winreg.values.values()
    assert str(tmp_path / "data") in line


def run_entry(winreg: FakeWinreg, *command: str) -> RunEntry:
    return RunEntry("photosearch", command, Registry(winreg))


def test_a_run_value_is_written_without_a_console_and_taken_away() -> None:
    winreg = FakeWinreg()
    entry = run_entry(
        winreg, r"C:\Py 3\python.exe", "-P", "-m", "photosearch.service", "--data-dir", r"C:\a b"
    )
    assert not entry.is_enabled()
    assert entry.enable() == entry.enable() == ""
    line = r'"C:\Py 3\pythonw.exe" -P -m photosearch.service --data-dir "C:\a b"'
    assert winreg.values == {"photosearch": line}
    assert entry.is_enabled()
    entry.disable()
    entry.disable()
    assert winreg.values == {}


def test_a_run_value_of_an_older_installation_is_replaced() -> None:
    winreg = FakeWinreg()
    winreg.values["photosearch"] = r"C:\old\pythonw.exe -P -m photosearch.service --data-dir C:\x"
    run_entry(winreg, r"C:\new\python.exe", "-m", "photosearch.service").enable()
    assert winreg.values["photosearch"].startswith(r"C:\new")


def test_a_run_value_that_is_not_ours_is_kept_and_that_is_said() -> None:
    winreg = FakeWinreg()
    winreg.values["photosearch"] = "calc.exe"
    entry = run_entry(winreg, "python", "-m", "photosearch.service")
    assert "changed by hand" in entry.enable()
    with pytest.raises(SettingsError, match="changed by hand"):
        entry.disable()
    assert winreg.values == {"photosearch": "calc.exe"}
