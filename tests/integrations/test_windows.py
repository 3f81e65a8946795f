"""Windows Explorer, without it: the keys in a registry in memory."""

from __future__ import annotations

from pathlib import PureWindowsPath

import pytest

from photosearch.integrations import windows
from photosearch.integrations.host import HostState
from photosearch.integrations.installing import install, remove, state_of

_PHOTOS = r"Software\Classes\SystemFileAssociations\image\shell\photosearch.similar"
_FOLDERS = r"Software\Classes\Directory\Background\shell\photosearch.search"
_APP = r"C:\Users\Zoë Müller\100%\Scripts\photosearch-app.exe"


@pytest.fixture
def surroundings(make_surroundings, monkeypatch):
    made = make_surroundings(platform="win32")
    monkeypatch.setattr(type(made), "app_command", property(lambda _: (_APP,)))
    return made


def test_photos_have_a_verb_that_starts_the_app_once_for_each_and_lets_it_gather(
    surroundings, registry
):
    install(surroundings.paths, windows.host(surroundings))
    assert registry.keys[_PHOTOS] == {
        "MUIVerb": "Find similar photos",
        "MultiSelectModel": "Player",
        "Icon": _APP,
    }
    doubled = _APP.replace("%", "%%")
    line = f'"{doubled}" --gather --similar "%1"'
    assert registry.keys[_PHOTOS + r"\command"] == {"": line}


def test_folders_have_a_verb_that_opens_the_app(surroundings, registry):
    install(surroundings.paths, windows.host(surroundings))
    assert registry.keys[_FOLDERS]["MUIVerb"] == "Search photos by words…"
    assert registry.keys[_FOLDERS + r"\command"] == {"": f'"{_APP.replace("%", "%%")}"'}
    assert PureWindowsPath(_APP).name == "photosearch-app.exe"


def test_the_registry_is_as_it_was_once_the_verbs_are_gone(surroundings, registry):
    registry.write(r"Software\Classes\SystemFileAssociations\image\shell\theirs", {"": "x"})
    before = dict(registry.keys)
    for _ in range(2):
        install(surroundings.paths, windows.host(surroundings))
        assert state_of(surroundings.paths, windows.host(surroundings)) is HostState.ON
        remove(surroundings.paths, windows.host(surroundings))
        assert registry.keys == before


def test_a_verb_of_another_version_is_brought_up_to_date(surroundings, registry, monkeypatch):
    install(surroundings.paths, windows.host(surroundings))
    monkeypatch.setattr(
        type(surroundings), "app_command", property(lambda _: (r"D:\photosearch-app.exe",))
    )
    host = windows.host(surroundings)
    assert state_of(surroundings.paths, host) is HostState.OUTDATED
    install(surroundings.paths, host)
    assert registry.keys[_PHOTOS + r"\command"][""].startswith(r"D:\photosearch-app.exe --gather")


@pytest.mark.parametrize("key", [_PHOTOS, _PHOTOS + r"\command"])
def test_a_verb_that_somebody_else_wrote_is_neither_changed_nor_removed(
    key, surroundings, registry
):
    registry.write(key, {"": "theirs"})
    before = {name: dict(values) for name, values in registry.keys.items()}
    host = windows.host(surroundings)
    assert state_of(surroundings.paths, host) is HostState.FOREIGN
    install(surroundings.paths, host)
    remove(surroundings.paths, host)
    assert registry.keys == before


def test_there_are_no_verbs_on_other_systems(make_surroundings):
    assert windows.host(make_surroundings(platform="linux")).parts == ()
