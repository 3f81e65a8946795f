"""The grid while the index changes under it: no hole, no photo twice, and the place stays."""

from __future__ import annotations

from photosearch.client.fake import FakeClient, FakePhoto
from ui.models.question import Question

COUNT = 1_000
RED = Question("red")


def test_pages_in_view_come_anew_when_photos_come_and_go(qtbot, open_window):
    photos = {f"red {n:04}.jpg": (200, n % 250, n // 250) for n in range(COUNT)}
    service = FakeClient([FakePhoto(name, colour) for name, colour in photos.items()])
    window = open_window(service)
    results, grid = window._results, window._grid
    window._session.ask(RED)
    qtbot.waitUntil(lambda: results.rowCount() == COUNT)
    bar = grid.verticalScrollBar()
    bar.setValue(bar.maximum() // 2)
    qtbot.waitUntil(lambda: all(results.hit(row) for row in grid.visible_rows()))
    assert grid.visible_rows()[0] > results.PAGE_ROWS

    gone = [results.hit(row).photo.relative_path.name for row in list(grid.visible_rows())[:3]]
    for name in gone:
        service.remove_photo(FakePhoto(name, photos[name]))
    for number in range(10):
        service.add_photo(FakePhoto(f"red new {number}.jpg", (201, 3, 4)))

    fresh = [hit.photo for hit in service.answer(RED.query(COUNT + 7)).hits]

    def shows_what_is_there_now():
        shown = [results.hit(row) for row in grid.visible_rows()]
        return all(shown) and [h.photo for h in shown] == [fresh[r] for r in grid.visible_rows()]

    qtbot.waitUntil(lambda: results.rowCount() == COUNT + 7 and shows_what_is_there_now())
    loaded = [hit.photo for hit in results.hits_between(0, results.rowCount() - 1)]
    assert len(loaded) == len(set(loaded))
