"""macOS: quick actions of Finder, which are folders with two property lists each."""

from __future__ import annotations

import plistlib
import uuid
from pathlib import Path
from typing import Any

from photosearch.integrations.host import Host
from photosearch.integrations.menu_texts import SIMILAR, WORDS
from photosearch.integrations.own_file import OwnFile
from photosearch.integrations.quoting import shell_line
from photosearch.integrations.surroundings import Surroundings

_FINDER = {"NSApplicationIdentifier": "com.apple.finder"}


def host(surroundings: Surroundings) -> Host:
    """Finder on this machine."""
    is_here = surroundings.platform == "darwin"
    return Host(
        name="macos",
        title="Finder",
        adds="“Find similar photos” among the quick actions of photos, and “Search photos by "
        "words…” in the menu Services.",
        is_here=is_here,
        parts=_quick_actions(surroundings) if is_here else (),
        then="If they are not shown, switch them on in System Settings, Keyboard, Shortcuts, "
        "Services.",
    )


def _quick_actions(surroundings: Surroundings) -> tuple[OwnFile, ...]:
    app = surroundings.app_command
    if not all(word.isprintable() for word in app):
        return ()  # a property list cannot hold it
    return (
        *_workflow(
            surroundings,
            SIMILAR.english,
            # Automator waits for its shell, so that the app is left to run in the background.
            shell_line([*app, "--similar"], '"$@"', ">/dev/null", "2>&1", "&"),
            takes_photos=True,
        ),
        *_workflow(
            surroundings,
            WORDS.english,
            shell_line(app, ">/dev/null", "2>&1", "&"),
            takes_photos=False,
        ),
    )


def _workflow(
    surroundings: Surroundings, name: str, line: str, *, takes_photos: bool
) -> tuple[OwnFile, OwnFile]:
    folder = surroundings.home / "Library" / "Services" / f"{name}.workflow" / "Contents"
    return (
        _property_list(folder / "Info.plist", _service(name, takes_photos)),
        _property_list(folder / "document.wflow", _document(name, line, takes_photos)),
    )


def _property_list(path: Path, values: dict[str, Any]) -> OwnFile:
    return OwnFile(path, plistlib.dumps(values, sort_keys=False))


def _service(name: str, takes_photos: bool) -> dict[str, Any]:
    """``Info.plist``: where macOS shows it, and for what."""
    service: dict[str, Any] = {
        "NSMenuItem": {"default": name},
        "NSMessage": "runWorkflowAsService",
    }
    if takes_photos:
        service |= {"NSRequiredContext": _FINDER, "NSSendFileTypes": ["public.image"]}
    return {"NSServices": [service]}


def _document(name: str, line: str, takes_photos: bool) -> dict[str, Any]:
    """``document.wflow``: one action of Automator, a shell with what is selected as arguments."""
    input_type = "com.apple.Automator." + ("fileSystemObject.image" if takes_photos else "nothing")
    finder = {"workflowTypeIdentifier": "com.apple.Automator.servicesMenu"}
    return {
        "AMApplicationBuild": "521",
        "AMApplicationVersion": "2.10",
        "AMDocumentVersion": "2",
        "actions": [{"action": _run_shell(name, line), "isViewVisible": 1}],
        "connectors": {},
        "workflowMetaData": {
            "serviceInputTypeIdentifier": input_type,
            "serviceOutputTypeIdentifier": "com.apple.Automator.nothing",
            "serviceApplicationBundleID": _FINDER["NSApplicationIdentifier"]
            if takes_photos
            else "",
            "serviceProcessesInput": 0,
            **finder,
        },
    }


def _run_shell(name: str, line: str) -> dict[str, Any]:
    return {
        "AMAccepts": _types(is_optional=True),
        "AMProvides": _types(is_optional=False),
        "AMActionVersion": "2.0.3",
        "AMApplication": ["Automator"],
        "AMParameterProperties": {
            key: {} for key in ("COMMAND_STRING", "CheckedForUserDefaultShell", "inputMethod")
        }
        | {"shell": {}, "source": {}},
        "ActionBundlePath": "/System/Library/Automator/Run Shell Script.action",
        "ActionName": "Run Shell Script",
        "ActionParameters": {
            "COMMAND_STRING": line,
            "CheckedForUserDefaultShell": True,
            "inputMethod": 1,  # as arguments, not on standard input
            "shell": "/bin/sh",
            "source": "",
        },
        "BundleIdentifier": "com.apple.RunShellScript",
        "CFBundleVersion": "2.0.3",
        "CanShowSelectedItemsWhenRun": False,
        "CanShowWhenRun": True,
        "Category": ["AMCategoryUtilities"],
        "Class Name": "RunShellScriptAction",
        # The same at each writing, so that a file of ours is known again.
        **{
            key: str(uuid.uuid5(uuid.NAMESPACE_URL, f"photosearch/{name}/{key}")).upper()
            for key in ("InputUUID", "OutputUUID", "UUID")
        },
        "UnlocalizedApplications": ["Automator"],
        "isViewVisible": 1,
    }


def _types(*, is_optional: bool) -> dict[str, Any]:
    kind = {"Container": "List", "Types": ["com.apple.cocoa.string"]}
    return {**kind, "Optional": True} if is_optional else kind
