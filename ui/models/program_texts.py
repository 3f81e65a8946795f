"""What is said of each program, where the tools for translators find it."""

from __future__ import annotations

from PySide6.QtCore import QT_TRANSLATE_NOOP

OWN_WORDS = ("sudo ", "photosearch integrate ")
"""What stands in sentences that are made for one machine: these stay as they are."""

TEXTS = (
    QT_TRANSLATE_NOOP(
        "Programs",
        "photosearch in the menu of programs, and “Find similar photos” under “Open with” of "
        "photos, in all file managers.",
    ),
    QT_TRANSLATE_NOOP(
        "Programs",
        "Library > Plug-in Extras: similar photos, and photos by words, as a collection.",
    ),
    QT_TRANSLATE_NOOP(
        "Programs",
        "Start Lightroom again. Sort the collection by Custom Order to see the best first.",
    ),
    QT_TRANSLATE_NOOP(
        "Programs",
        "A panel in the lighttable: similar photos and photos by words, as a collection.",
    ),
    QT_TRANSLATE_NOOP("Programs", "Start darktable again."),
    QT_TRANSLATE_NOOP(
        "Programs",
        "“Find similar photos” in “Open With” of its context menu, and results as a tag.",
    ),
    QT_TRANSLATE_NOOP(
        "Programs",
        "To see results in digiKam, switch on in Settings > Configure digiKam > Metadata: "
        "“Read from sidecar files” (Sidecars) and “Rescan file when files are modified” "
        "(Behavior).",
    ),
    QT_TRANSLATE_NOOP(
        "Programs",
        "“Find similar photos” and “Search photos by words…” in the menu File and under "
        "Plugins; results come back as a collection.",
    ),
    QT_TRANSLATE_NOOP("Programs", "Start Geeqie again."),
    QT_TRANSLATE_NOOP(
        "Programs",
        "“Find similar photos” and “Search photos by words…” in the menu Tools; results come "
        "back as a catalog.",
    ),
    QT_TRANSLATE_NOOP("Programs", "Start gThumb again."),
    QT_TRANSLATE_NOOP(
        "Programs",
        "Nothing in its menus, which no file can extend; results come back as a folder of links.",
    ),
    QT_TRANSLATE_NOOP(
        "Programs", "It takes no entries in its menus. Results can be sent to a folder of links."
    ),
    QT_TRANSLATE_NOOP(
        "Programs",
        "Nothing by itself, since how it keeps its menus is not published; results come back "
        "as a folder of links.",
    ),
    QT_TRANSLATE_NOOP(
        "Programs", "In XnView MP, add photosearch-app to the programs of “Open with” by hand."
    ),
    QT_TRANSLATE_NOOP("Programs", "Photos for the words that you type in the activities overview."),
    QT_TRANSLATE_NOOP(
        "Programs", "Photos for the words that you type in KRunner and in Plasma's menu."
    ),
    QT_TRANSLATE_NOOP("Programs", "Log out and in again."),
    QT_TRANSLATE_NOOP(
        "Programs",
        "Nothing in any menu; results come back as a folder of links, which the file manager "
        "opens.",
    ),
    QT_TRANSLATE_NOOP("Programs", "There is nothing to install: send results to it."),
    QT_TRANSLATE_NOOP(
        "Programs",
        "“Find similar photos” in the menu of photos, and “Search photos by words…” in that "
        "of a folder.",
    ),
    QT_TRANSLATE_NOOP("Programs", "Close Files and open it again; nautilus -q closes all of it."),
    QT_TRANSLATE_NOOP("Programs", "Close Thunar and open it again; thunar -q closes all of it."),
    QT_TRANSLATE_NOOP(
        "Programs",
        "“Find similar photos” in the menu of photos, and “Search photos by words…” in that "
        "of a folder; in Windows 11 below “Show more options”.",
    ),
    QT_TRANSLATE_NOOP(
        "Programs",
        "“Find similar photos” among the quick actions of photos, and “Search photos by "
        "words…” in the menu Services.",
    ),
    QT_TRANSLATE_NOOP(
        "Programs",
        "If they are not shown, switch them on in System Settings, Keyboard, Shortcuts, Services.",
    ),
)
"""Every sentence of the hosts."""
