"""Gathering the sample photos, also beside another demo."""

from __future__ import annotations

from pathlib import Path

import pytest

from photosearch.cli import demo


def test_a_sample_that_another_demo_links_meanwhile_is_no_failure(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    link = Path.symlink_to

    def overtaken(self: Path, target: Path) -> None:
        link(self, target)
        link(self, target)  # as if another process had just done it

    monkeypatch.setattr(Path, "symlink_to", overtaken)
    demo._collect_samples(tmp_path / "photos")
    assert (tmp_path / "photos" / "coffee.png").is_file()
