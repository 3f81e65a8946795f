"""The switch of starting at login, over the core's own way."""

from __future__ import annotations

from photosearch import autostart
from photosearch.paths import AppPaths
from ui.models.autostart import LoginStart


def test_the_switch_asks_the_core_for_the_index_of_the_app(monkeypatch, tmp_path):
    paths, asked = AppPaths(tmp_path), []
    for name, answer in (("is_enabled", True), ("enable", ("A note.",)), ("disable", ())):

        def answering(of, name=name, answer=answer):
            asked.append((name, of))
            return answer

        monkeypatch.setattr(autostart, name, answering)
    switch = LoginStart(paths)
    assert switch.is_enabled() is True
    assert switch.enable() == ("A note.",)
    assert switch.disable() == ()
    assert asked == [("is_enabled", paths), ("enable", paths), ("disable", paths)]
