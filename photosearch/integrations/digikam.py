"""digiKam: an entry in its “Open With” by a desktop file, and results as a tag in XMP sidecars."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from photosearch.errors import IntegrationError, shown
from photosearch.host_libraries.kde_settings import read_group
from photosearch.integrations.desktop import open_with_parts
from photosearch.integrations.host import Host
from photosearch.integrations.results import Sent
from photosearch.integrations.sidecar_tags import ROOT, tag_of
from photosearch.integrations.sidecars import Sidecars, refuse_if_none
from photosearch.integrations.surroundings import Surroundings

_RECORD = "digikam-results.json"
_PAGE = "Settings > Configure digiKam > Metadata"


def host(surroundings: Surroundings) -> Host:
    """digiKam on this machine."""
    settings = DigikamSettings.read(surroundings.config_home / "digikamrc")
    return Host(
        name="digikam",
        title="digiKam",
        adds="“Find similar photos” in “Open With” of its context menu, and results as a tag.",
        is_here=surroundings.is_linux and surroundings.which("digikam") is not None,
        # digiKam lists entries with NoDisplay as well, and hands all selected photos over for %F.
        parts=open_with_parts(surroundings) if surroundings.is_linux else (),
        then=settings.advice,
        results=DigikamResults(surroundings.paths.integrations / _RECORD, settings),
    )


@dataclass(frozen=True)
class DigikamSettings:
    """What digiKam does with sidecars.

    Attributes:
        reads_sidecars: it takes metadata from them; off by default.
        rescans: it reads the metadata of files that changed; off by default.
        clears: it forgets what it knows of a photo before it reads it again; off by default.
        has_short_names: sidecars are called ``NAME.xmp`` and not ``NAME.jpg.xmp``.
    """

    reads_sidecars: bool = False
    rescans: bool = False
    clears: bool = False
    has_short_names: bool = False

    @classmethod
    def read(cls, path: Path) -> DigikamSettings:
        """From ``digikamrc``; what it does not say is as digiKam comes."""
        values = read_group(path, "Metadata Settings")

        def is_on(key: str) -> bool:
            return values.get(key, "").lower() in ("true", "1", "on", "yes")

        return cls(
            reads_sidecars=is_on("Use XMP Sidecar For Reading"),
            rescans=is_on("Rescan File If Modified"),
            clears=is_on("Clear Metadata If Rescan"),
            has_short_names=is_on("Use Compatible File Name"),
        )

    @property
    def advice(self) -> str:
        """What to switch on, so that results are seen; empty where nothing is left to do."""
        wanted = []
        if not self.reads_sidecars:
            wanted.append("“Read from sidecar files” (Sidecars)")
        if not self.rescans:
            wanted.append("“Rescan file when files are modified” (Behavior)")
        if not wanted:
            return ""
        return f"To see results in digiKam, switch on in {_PAGE}: {' and '.join(wanted)}."

    def sidecars(self, photo: Path) -> tuple[Path, ...]:
        """Where digiKam looks for a photo's tags.

        Up to version 7 it prefers ``NAME.xmp`` where there is one, later only if it is set so; the
        version is not to be seen here, so both get the tag then.
        """
        short = photo.with_suffix(".xmp")
        if self.has_short_names:
            return (short,)
        long = photo.with_name(photo.name + ".xmp")
        return (short, long) if short.exists() else (long,)


@dataclass(frozen=True)
class DigikamResults:
    """Photos found, as a tag below ``photosearch`` in their sidecars."""

    record: Path
    settings: DigikamSettings

    def send(self, title: str, photos: Sequence[Path]) -> Sent:
        """Tag the photos; those that had the same tag before lose it.

        Raises:
            IntegrationError: no photo can be tagged, or digiKam would forget its own tags.
        """
        if self.settings.clears:
            raise IntegrationError(
                "digiKam is set to forget its own tags of every photo whose sidecar changes.",
                f"Switch off “Clean up the metadata from the database” in {_PAGE} > Behavior.",
            )
        sidecars = Sidecars(self.record, self.settings.sidecars)
        tag = tag_of(title)
        count = sidecars.tag(tag, photos)
        refuse_if_none(count, sidecars.skipped)
        photos_have = "1 photo has" if count == 1 else f"{count} photos have"
        advice = self.settings.advice or "Press F5 in digiKam, or start it, to see them."
        return Sent(f"{photos_have} the tag “{tag}” now. {advice}", skipped=tuple(sidecars.skipped))

    def take_back(self) -> int:
        """Take all our tags out of the sidecars again.

        Raises:
            IntegrationError: some sidecar cannot be changed; the others are.
        """
        sidecars = Sidecars(self.record, self.settings.sidecars)
        count = sidecars.clear()
        if sidecars.skipped:
            path, reason = sidecars.skipped[0]
            others = f" and {len(sidecars.skipped) - 1} more" if len(sidecars.skipped) > 1 else ""
            raise IntegrationError(
                f"{shown(str(path))}{others} still has tags below “{ROOT}”: {reason}.",
                "See that the files can be written, and try again.",
            )
        return count
