"""Names, messages and words that look like HTML are shown as they are, everywhere."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtCore import QModelIndex, Qt
from PySide6.QtGui import QTextDocumentFragment
from PySide6.QtWidgets import QAbstractItemView, QLabel, QWidget

from photosearch.client.fake import FakeClient, FakePhoto
from photosearch.errors import LibraryError
from ui.models.tooltips import tooltip

BOLD = "<b>red</b> & <img src=x> &lt;i&gt;.jpg"


def read_as_html(text: str) -> str:
    return QTextDocumentFragment.fromHtml(text).toPlainText()


def tips(widget: QWidget) -> Iterator[str]:
    """The tooltips of a widget, of all in it, and of the first rows of its lists."""
    for one in (widget, *widget.findChildren(QWidget)):
        yield one.toolTip()
        if isinstance(one, QAbstractItemView) and one.model() is not None:
            for row in range(min(one.model().rowCount(QModelIndex()), 5)):
                yield one.model().index(row, 0).data(Qt.ItemDataRole.ToolTipRole) or ""


@pytest.mark.parametrize("text", [BOLD, "a\n<b>b</b>", "two  blanks <b>", "plain"])
def test_a_tooltip_shows_what_stands_there(qapp, text):
    shown = tooltip(text)
    assert shown == text if shown == "plain" else read_as_html(shown) == text


def test_nothing_in_a_photos_name_is_taken_for_html(qtbot, open_window):
    window = open_window(FakeClient([FakePhoto(BOLD, (200, 30, 30))]))
    window._session.set_text(BOLD)
    window._session.submit()
    qtbot.waitUntil(lambda: window._results.hit(0) is not None)
    window._notifications.show_error(LibraryError(BOLD, BOLD))
    window._preview_row(0)
    window._session.find_similar([window._results.hit(0)])
    window.show_library()
    about_it = [tip for tip in tips(window) if "red" in tip]
    assert about_it
    assert [tip for tip in about_it if "<b>" in tip] == []
    labels = [one for one in window.findChildren(QLabel) if "<b>" in one.text()]
    assert labels
    assert {one.textFormat() for one in labels} == {Qt.TextFormat.PlainText}
