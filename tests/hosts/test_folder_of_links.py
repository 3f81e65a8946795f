"""Results as a folder of links, in a real file manager and in the real Shotwell."""

from __future__ import annotations

from pathlib import Path

from desk import Desk

SIMILAR = ("-n", "4")


def sent_to(desk: Desk, host: str) -> Path:
    said = desk.photosearch("similar", desk.pictures / "chelsea.png", *SIMILAR, "--to", host)
    return Path(said.splitlines()[-1])


def test_the_file_manager_opens_the_links_in_rank_order(desk: Desk) -> None:
    desk.index()
    photo = str(desk.pictures / "chelsea.png")
    thunar = "[Default Applications]\ninode/directory=thunar.desktop\n"
    (desk.home / ".config").mkdir(exist_ok=True)
    (desk.home / ".config/mimeapps.list").write_text(thunar)
    place = sent_to(desk, "folder")
    desk.window("^chelsea.png - Thunar$|^chelsea.png$")
    found = desk.photosearch("similar", photo, *SIMILAR, "--paths").split()
    assert [str(link.readlink()) for link in sorted(place.iterdir())] == found
    assert len(found) == 4
    desk.photosearch("integrate", "folder", "--clear-results")
    assert not place.exists()
    assert all(Path(path).is_file() for path in found)


def test_shotwell_shows_a_link_of_its_folder(desk: Desk) -> None:
    desk.index()
    place = sent_to(desk, "shotwell")
    first = min(place.iterdir())
    desk.start("shotwell", str(first))
    desk.window(f"^{first.name} .*Shotwell$")
