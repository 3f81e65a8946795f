"""Where things lie on disk: the index, the settings, the caches and the files we ship."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import platformdirs

from photosearch.errors import SettingsError

_APP = "photosearch"


@dataclass(frozen=True, slots=True)
class AppPaths:
    """The folders of one instance; nothing is created until something is written.

    ``data_dir`` holds all that belongs to one index, so a throw-away instance is one option.
    Prepared models are the same for every index and lie in the user's cache.
    """

    data_dir: Path
    chosen_cache_dir: Path | None = None

    @classmethod
    def choose(cls, data_dir: Path | None = None) -> AppPaths:
        """Take the option, else ``PHOTOSEARCH_DATA_DIR``, else the platform's own place.

        Raises:
            SettingsError: the home folder that this needs is not known, or the data folder belongs
                to somebody else.
        """
        chosen = data_dir or os.environ.get("PHOTOSEARCH_DATA_DIR")
        cache = os.environ.get("PHOTOSEARCH_CACHE_DIR")
        paths = cls(
            absolute(Path(chosen)) if chosen else _default_data_dir(),
            absolute(Path(cache)) if cache else None,
        )
        paths.refuse_foreign_data_dir()
        return paths

    @property
    def cache_dir(self) -> Path:
        """The folder for what can be made again; the platform is asked for it when it is needed.

        Raises:
            SettingsError: the home folder that it lies in is not known.
        """
        return self.chosen_cache_dir or _of_platform(lambda: platformdirs.user_cache_path(_APP))

    @property
    def catalog(self) -> Path:
        """The SQLite file that knows every photo."""
        return self.data_dir / "catalog.sqlite3"

    @property
    def vectors(self) -> Path:
        """The folder that Chroma owns."""
        return self.data_dir / "vectors"

    @property
    def settings(self) -> Path:
        """The TOML file with what the user chose."""
        return self.data_dir / "settings.toml"

    @property
    def is_default_data_dir(self) -> bool:
        """Whether this is the index that a user has without naming one.

        Raises:
            SettingsError: the home folder that it lies in is not known.
        """
        return self.data_dir == _default_data_dir()

    @property
    def owner(self) -> Path:
        """The file that names the process which owns the index, while there is one."""
        return self.data_dir / "owner.json"

    @property
    def log_dir(self) -> Path:
        """The folder for what the service writes about its work."""
        return self.data_dir / "log"

    @property
    def log(self) -> Path:
        """The file that the service logs to."""
        return self.log_dir / "service.log"

    @property
    def runtime(self) -> Path:
        """The folder for the service's address, where the system has none that is private."""
        return self.data_dir / "run"

    @property
    def models(self) -> Path:
        """Models made ready for this machine; may be deleted at any time."""
        return self.cache_dir / "models"

    @property
    def installed_models(self) -> Path:
        """Models that were downloaded or brought here; not to be made again without a network."""
        return self.data_dir / "models"

    @property
    def integrations(self) -> Path:
        """What was written for other programs, and what was there before."""
        return self.data_dir / "integrations"

    @property
    def prompts(self) -> Path:
        """What `evaluate` found out about plain words; without it, what is shipped holds."""
        return self.data_dir / "prompts.json"

    @property
    def downloads(self) -> Path:
        """The file that notes which models are being downloaded, and which downloads are paused."""
        return self.data_dir / "downloads.json"

    @property
    def speeds(self) -> Path:
        """What was measured of models on this machine; may be deleted at any time."""
        return self.cache_dir / "speeds.json"

    @property
    def thumbnails(self) -> Path:
        """Small pictures of photos; may be deleted at any time."""
        return self.cache_dir / "thumbnails"

    def create_data_dir(self) -> None:
        """Make the data folder, readable by its owner only.

        Raises:
            SettingsError: the folder cannot be made or written, or belongs to somebody else.
        """
        self.refuse_foreign_data_dir()
        try:
            self.data_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
        except OSError as error:
            raise SettingsError(
                f"The data folder {self.data_dir} cannot be made: {error.strerror}.",
                "Name another one with --data-dir or PHOTOSEARCH_DATA_DIR.",
            ) from error
        if not os.access(self.data_dir, os.W_OK | os.X_OK):
            raise SettingsError(
                f"The data folder {self.data_dir} cannot be written.",
                "Change its permissions, or name another one with --data-dir.",
            )

    def refuse_foreign_data_dir(self) -> None:
        """Keep away from a folder that somebody else made: in ``/tmp``, say.

        Its owner may have put links there, so that what we write goes into our user's other files,
        and pipes, at which we would wait. Root's folders are no threat, and root itself often runs
        with folders of others: in a container, say.

        Raises:
            SettingsError: the data folder, or the link that leads to it, is somebody else's.
        """
        trusted = {0, getattr(os, "geteuid", lambda: 0)()}
        try:
            owners = {self.data_dir.lstat().st_uid, self.data_dir.stat().st_uid}
        except OSError:
            return
        if trusted != {0} and not owners <= trusted:
            raise SettingsError(
                f"The data folder {self.data_dir} belongs to somebody else.",
                "Name another one with --data-dir or PHOTOSEARCH_DATA_DIR.",
            )


def _default_data_dir() -> Path:
    return _of_platform(lambda: platformdirs.user_data_path(_APP))


def _of_platform(find: Callable[[], Path]) -> Path:
    try:
        return absolute(find())
    except RuntimeError as error:  # newer platformdirs expand ~ by themselves
        raise _homeless("The home folder is not known.") from error


def _homeless(message: str) -> SettingsError:
    return SettingsError(
        message,
        "Write the path without ~, set HOME, or name other folders with "
        "PHOTOSEARCH_DATA_DIR and PHOTOSEARCH_CACHE_DIR.",
    )


def absolute(path: Path) -> Path:
    """A path as a user gives it, with ``~`` and the current folder written out; links stay.

    Raises:
        SettingsError: nobody has the home folder that ``~`` means, or the current folder is gone.
    """
    try:
        return path.expanduser().absolute()
    except RuntimeError as error:
        raise _homeless(f"{path} lies in a home folder that is not known.") from error
    except FileNotFoundError as error:
        raise SettingsError(
            f"{path} cannot be found: the current folder does not exist any more.",
            "Change to another folder, or write the whole path.",
        ) from error


def resource_dir() -> Path:
    """The files that ship with the product: inside the package, or beside it in a checkout."""
    package = Path(__file__).parent
    installed = package / "_resources"
    return installed if installed.is_dir() else package.parent / "resources"
