"""The menus and shortcuts of the window: each works where it belongs, and nowhere in vain."""

from __future__ import annotations

from collections import Counter
from functools import partial

import pytest
from PySide6.QtGui import QAction, QGuiApplication, QKeySequence
from PySide6.QtWidgets import QLabel

# -- menus


def enabled(stage, *names):
    return [name for name in names if stage.action(name).isEnabled()]


PHOTO = ("find_similar", "preview", "open", "copy", "copy_path", "copy_to_folder", "exclude")
SIGHT = ("enlarge_tiles", "reduce_tiles", "set_captions", "set_scores")


def test_photo_actions_need_a_photo(stage):
    assert enabled(stage, *PHOTO) == []
    stage.type("red")
    assert enabled(stage, *PHOTO) == []
    stage.select(0)
    assert enabled(stage, *PHOTO) == list(PHOTO)
    stage.window.show_library()
    assert enabled(stage, *PHOTO) == []
    stage.window.show_search()
    assert enabled(stage, *PHOTO) == list(PHOTO)


def test_preview_is_not_offered_in_the_preview(stage):
    stage.type("red")
    stage.select(0)
    stage.press("Space")
    assert enabled(stage, *PHOTO) == [name for name in PHOTO if name != "preview"]
    stage.press("Esc")
    assert enabled(stage, *PHOTO) == list(PHOTO)


def test_the_look_of_the_grid_can_be_changed_only_where_it_is_seen(stage):
    assert enabled(stage, *SIGHT) == []
    stage.type("red")
    assert enabled(stage, *SIGHT) == list(SIGHT)
    stage.select(0)
    stage.press("Space")
    assert enabled(stage, *SIGHT) == []
    stage.press("Esc")
    assert enabled(stage, *SIGHT) == list(SIGHT)
    stage.window.show_library()
    assert enabled(stage, *SIGHT) == []


def test_clear_back_and_forward_need_a_search(stage):
    names = ("clear_search", "go_back", "go_forward")
    assert enabled(stage, *names) == []
    stage.type("red boat")
    stage.press("Return")
    assert enabled(stage, *names) == ["clear_search", "go_back"]
    stage.press("Alt+Left")
    assert enabled(stage, *names) == ["go_forward"]


def test_work_on_the_library_needs_a_service_and_a_folder(new_stage, empty_service, service):
    names = ("add_folder", "rescan", "toggle_pause", "show_skipped")
    stage = new_stage(empty_service)
    assert enabled(stage, *names) == ["add_folder"]
    stage = new_stage(service)
    assert enabled(stage, *names) == list(names)
    service.die()
    stage.until(lambda: not stage.window._library.is_connected)
    assert enabled(stage, *names) == []


def test_the_menu_says_whether_work_is_held_or_goes_on(stage):
    stage.until(lambda: stage.action("toggle_pause").isEnabled())
    assert stage.action("toggle_pause").text() == "&Pause"
    stage.press("Ctrl+Shift+P")
    stage.until(lambda: stage.client.is_paused and stage.window._library.is_paused)
    assert stage.action("toggle_pause").text() == "&Go on"
    stage.press("Ctrl+Shift+P")
    stage.until(lambda: not stage.client.is_paused)


def test_the_clipboard_is_searched_for_from_any_page(stage):
    QGuiApplication.clipboard().setText("green tree")
    stage.window.show_library()
    stage.press("Ctrl+Shift+V")
    stage.until(lambda: stage.names[:1] == ["green tree.jpg"])


# -- shortcuts


def shortcut_actions(stage):
    return [
        one for one in (*stage.window._menus.actions, *stage.window._actions.all) if one.shortcuts()
    ]


def test_no_two_actions_share_a_shortcut(stage):
    count = Counter(key.toString() for one in shortcut_actions(stage) for key in one.shortcuts())
    assert [key for key, times in count.items() if times > 1] == []
    every = [action for action in stage.window.findChildren(QAction) if action.shortcuts()]
    count = Counter(key.toString() for one in set(every) for key in one.shortcuts())
    assert [key for key, times in count.items() if times > 1] == []


def test_no_two_entries_of_a_menu_share_a_letter(stage):
    bar = stage.window.menuBar()
    menus = {"the bar": bar.actions()}
    menus.update({one.text(): one.menu().actions() for one in bar.actions()})
    for name, actions in menus.items():
        texts = [one.text() for one in actions if one.text()]
        letters = [QKeySequence.mnemonic(text).toString() for text in texts]
        assert all(letters), (name, texts)
        assert [key for key, times in Counter(letters).items() if times > 1] == [], name


FURTHER = ("show_in_folder", "show_properties")
PLACES_OF_SHORTCUTS = {
    "search": (*SIGHT, *PHOTO, *FURTHER),
    "preview": (*(name for name in PHOTO if name != "preview"), *FURTHER),
    "library": (),
}
EVERYWHERE = (
    "search_by_picture",
    "add_folder",
    "show_settings",
    "quit",
    "focus_search",
    "paste",
    "go_back",
    "set_full_screen",
    "show_library",
    "show_models",
    "show_programs",
    "rescan",
    "toggle_pause",
    "show_shortcuts",
)


@pytest.mark.parametrize("place", PLACES_OF_SHORTCUTS)
def test_every_shortcut_works_on_the_pages_it_belongs_to(stage, place):
    go(stage, place)
    names = {*PLACES_OF_SHORTCUTS[place], *EVERYWHERE}
    heard = []

    def hear(name, _is_on=False):
        heard.append(name)

    for action in shortcut_actions(stage):
        action.triggered.disconnect()  # what it does is tested elsewhere
        action.triggered.connect(partial(hear, action.objectName()))
    for action in shortcut_actions(stage):
        for key in action.shortcuts():
            before = len(heard)
            stage.press(key)
            is_wanted = action.objectName() in names
            told = f"{action.objectName()} by {key.toString()} in {place}"
            assert heard[before:] == ([action.objectName()] if is_wanted else []), told


def go(stage, place):
    stage.type("red")
    stage.press("Return")
    stage.select(0)
    if place == "preview":
        stage.press("Space")
    elif place == "library":
        stage.press("Ctrl+Shift+L")


def test_keys_of_the_photos_edit_the_words_while_somebody_types(stage):
    stage.type("red boat")
    stage.select(0)
    stage.press("Ctrl+F")
    stage.press("Ctrl+C")
    assert QGuiApplication.clipboard().text() == "red boat"
    stage.press("Home")
    stage.press("Ctrl+Del")
    assert stage.bar.text.text() == "boat"
    assert stage.client.excluded == []


@pytest.mark.parametrize("place", ["preview", "library"])
@pytest.mark.parametrize("keys", ["Ctrl+F", "Ctrl+L"])
def test_the_search_field_is_reached_from_every_page(stage, place, keys):
    go(stage, place)
    stage.press(keys)
    assert stage.bar.text.hasFocus()
    assert stage.bar.text.selectedText() == "red"


def test_captions_and_size_are_switched_by_keys(stage):
    stage.type("red")
    before = stage.grid.tile_px
    stage.press("Ctrl++")
    assert stage.grid.tile_px > before
    assert stage.window._status_line._slider.value() == stage.grid.tile_px
    was_on = stage.action("set_captions").isChecked()
    stage.press("Ctrl+Shift+N")
    assert stage.action("set_captions").isChecked() is not was_on
    assert stage.window._status_line._captions.isChecked() is not was_on


def test_the_list_of_shortcuts_names_every_shortcut(stage):
    stage.press("F1")
    words = [label.text() for label in stage.dialog.findChildren(QLabel)]
    for action in shortcut_actions(stage):
        assert action.text().replace("&", "").rstrip("…").split("\t")[0] in words
    assert "Ctrl+F, Ctrl+L" in words
    stage.dialog.reject()
