"""Random things happen to files and folders, and afterwards nothing was missed."""

from __future__ import annotations

import os
import random
import shutil
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest

from photosearch.watching import Watching

pytestmark = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="inotify is Linux's")

MakeTree = Callable[..., None]
MakeMirror = Callable[..., Any]
MakeWatching = Callable[..., Watching]


NAMES = ["a", "b", "c", ".h", "d.jpg"]
FILES = ["x.jpg", "y.png", ".nomedia", "n.txt", "d.jpg", os.fsdecode(b"\xff\n.jpg"), "a"]


class Vandal:
    """Does random things to files and folders, inside the roots and out of and into them."""

    def __init__(self, seed: int, roots: list[Path], outside: Path, tree: MakeTree) -> None:
        self.tree = tree
        self.random = random.Random(seed)
        self.roots = roots
        self.tops = [*roots, outside]

    def folder(self) -> Path:
        names = self.random.choices(NAMES, k=self.random.randrange(4))
        return self.random.choice(self.tops).joinpath(*names)

    def act(self) -> None:
        acts = [self.write, self.write, self.move_folder, self.move_file, self.delete, self.touch]
        acts += [self.replace, self.make_tree, self.copy_tree, self.link, self.make_root_again]
        with suppress(OSError):  # not everything is possible everywhere
            self.random.choice(acts)(self.folder(), self.random.choice(FILES))

    def write(self, folder: Path, name: str) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(b"x" * self.random.randrange(10_000))

    def move_folder(self, folder: Path, name: str) -> None:
        target = self.folder()
        if folder not in self.tops and target not in self.tops:
            folder.rename(target)

    def move_file(self, folder: Path, name: str) -> None:
        (folder / name).rename(self.folder() / self.random.choice(FILES))

    def delete(self, folder: Path, name: str) -> None:
        if folder in self.tops or self.random.random() < 0.5:
            (folder / name).unlink()
        else:
            shutil.rmtree(folder)

    def touch(self, folder: Path, name: str) -> None:
        os.utime(folder / name, (1, self.random.randrange(10**9)))

    def replace(self, folder: Path, name: str) -> None:
        if folder in self.tops:
            return
        if folder.is_dir():
            shutil.rmtree(folder)
            folder.write_bytes(b"a file now")
        else:
            folder.unlink()
            self.tree(folder, 1, 2)

    def make_tree(self, folder: Path, name: str) -> None:
        self.tree(folder, 2, 2)

    def copy_tree(self, folder: Path, name: str) -> None:
        target = self.folder()
        if folder != target and folder not in target.parents:
            shutil.copytree(folder, target, dirs_exist_ok=True)

    def link(self, folder: Path, name: str) -> None:
        os.link(folder / name, self.folder() / "second.jpg")

    def make_root_again(self, folder: Path, name: str) -> None:
        if self.random.random() < 0.2:
            root = self.random.choice(self.roots)
            shutil.rmtree(root)
            root.mkdir()


@pytest.mark.parametrize("seed", range(8))
def test_after_anything_that_happens_nothing_was_missed(
    base: Path, make_watching: MakeWatching, seed: int, mirror_of: MakeMirror, tree: MakeTree
) -> None:
    roots = [base / "one", base / "two"]
    vandal = Vandal(seed, roots, base / "outside", tree)
    mirror = mirror_of(make_watching(*roots), *roots)
    for _ in range(40):
        vandal.act()
        if vandal.random.random() < 0.2:
            time.sleep(vandal.random.random() / 20)
        if vandal.random.random() < 0.3:
            mirror.look()
    mirror.follow()
