"""What a person sits at: programs of the real desktop on a screen that nobody looks at."""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from contextlib import ExitStack, suppress
from pathlib import Path
from typing import TypeVar

import skimage

Found = TypeVar("Found")

SAMPLES = Path(skimage.__file__).parent / "data"
PHOTOS = (
    "chelsea.png",
    "coffee.png",
    "rocket.jpg",
    "astronaut.png",
    "motorcycle_left.png",
    "grass.png",
    "gravel.png",
    "brick.png",
)
ODD_NAMES = (
    b"two words.jpg",
    b'it\'s "quoted".jpg',
    b"line\nbreak.jpg",
    b"100% %F %s.jpg",
    b"$(touch pwned) `touch pwned`; touch pwned.jpg",
    b"back\\slash.jpg",
    b"-n --help.jpg",
    "ä 日本 \N{CAMERA}.jpg".encode(),
    b"latin \xe4\xff.jpg",
)
"""Names that hand-overs get wrong; the last one is no UTF-8."""

_SCRIPTS = Path(sys.executable).parent
FAILED = "failed"
"""The picture of what the screen showed when something did not come."""
_WAIT_S = 120


class Desk:
    """A home with photos, and a session in which programs can be started.

    Attributes:
        environ: what programs started here get; nothing of it is the real home's.
    """

    def __init__(self, home: Path) -> None:
        self.home = home
        self.pictures = home / "Pictures"
        self.environ: dict[str, str] = {}
        self._closing = ExitStack()

    def __enter__(self) -> Desk:
        self.pictures.mkdir(parents=True)
        for name in PHOTOS:
            shutil.copy(SAMPLES / name, self.pictures)
        runtime = self.home / "run"
        runtime.mkdir(mode=0o700)
        self.environ = {
            **{k: v for k, v in os.environ.items() if not k.startswith(("XDG_", "QT_", "DBUS_"))},
            "HOME": str(self.home),
            "XDG_RUNTIME_DIR": str(runtime),
            "LC_ALL": "C.UTF-8",
            "PATH": os.environ.get("PATH", "/usr/bin:/bin"),
            "NO_AT_BRIDGE": "1",
            "GSK_RENDERER": "cairo",
            "GDK_BACKEND": "x11",
            "QT_QPA_PLATFORM": "xcb",
            "LIBGL_ALWAYS_SOFTWARE": "1",
        }
        with ExitStack() as failing:
            failing.callback(self._closing.close)
            self.environ["DISPLAY"] = self._start_screen()
            self.environ["DBUS_SESSION_BUS_ADDRESS"] = self._start_bus()
            self.start("openbox")
            self.wait(lambda: "openbox" in self.run("wmctrl", "-m").lower())
            failing.pop_all()
        return self

    def __exit__(self, *_: object) -> None:
        self._closing.close()
        # After the screen, with which our window goes: that would start the service again.
        with suppress(subprocess.SubprocessError, AssertionError):
            self.stop_service()

    # -- programs

    def start(self, *command: str, environ: Mapping[str, str] = {}) -> subprocess.Popen[bytes]:
        """Start a program that ends with the desk; what it says goes to a file in the home."""
        log = (self.home / f"{Path(command[0]).name}.log").open("ab")
        process = subprocess.Popen(
            command,
            cwd=self.home,
            env={**self.environ, **environ},
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
        log.close()
        self._closing.callback(_end, process)
        return process

    def run(self, *command: str, check: bool = False) -> str:
        """Run a program to its end; returns its standard output."""
        done = subprocess.run(
            command,
            cwd=self.home,
            env=self.environ,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=_WAIT_S,
            check=False,
        )
        said = done.stdout.decode(errors="surrogateescape")
        assert not check or done.returncode == 0, f"{command}: {said}{done.stderr.decode()}"
        return said

    def photosearch(self, *arguments: str | os.PathLike[str]) -> str:
        """Run our command line; returns its standard output."""
        return self.run(str(_SCRIPTS / "photosearch"), *map(os.fspath, arguments), check=True)

    def index(self) -> None:
        """Add the pictures, and index them with the starter; the service runs from then on."""
        self.photosearch("add", self.pictures)

    def stop_service(self) -> None:
        """End our service, if it runs."""
        self.run(str(_SCRIPTS / "photosearch"), "service", "stop")

    def add_odd_photos(self) -> list[Path]:
        """Copies of a photo under names that hand-overs get wrong."""
        paths = [Path(os.fsdecode(os.fsencode(self.pictures) + b"/" + name)) for name in ODD_NAMES]
        for path in paths:
            shutil.copy(SAMPLES / "rocket.jpg", path)
        return paths

    def record_calls(
        self, name: str = "photosearch-app"
    ) -> tuple[Path, Callable[[], list[list[bytes]]]]:
        """A program that only notes the words it is called with; and what was noted."""
        folder = self.home / "recorder"
        folder.mkdir(exist_ok=True)
        log, script = folder / "calls", folder / name
        script.write_text(
            f"#!{sys.executable}\n"
            "import os, sys\n"
            f"with open({str(log)!r}, 'ab') as file:\n"
            "    words = b''.join(os.fsencode(one) + b'\\0' for one in sys.argv[1:])\n"
            "    file.write(len(words).to_bytes(4, 'big') + words)\n"
        )
        script.chmod(0o755)

        def calls() -> list[list[bytes]]:
            data, found = log.read_bytes() if log.exists() else b"", []
            while data:
                size = int.from_bytes(data[:4], "big")
                found.append(data[4 : 4 + size].split(b"\0")[:-1])
                data = data[4 + size :]
            return found

        return script, calls

    # -- windows

    def windows(self) -> dict[str, str]:
        """Ids and titles of the windows that are shown."""
        lines = self.run("wmctrl", "-l").splitlines()
        found = (line.split(None, 3) for line in lines)
        return {parts[0]: parts[3] if len(parts) > 3 else "" for parts in found}

    def window(self, title: str) -> str:
        """The id of the window whose title has this pattern, as soon as it is there."""
        return self.wait(
            lambda: next((k for k, v in self.windows().items() if re.search(title, v)), None),
            lambda: f"no window {title!r} among {list(self.windows().values())}",
        )

    def app_title(self, title: str) -> str:
        """Wait for our own window with this title; returns it whole."""
        found = self.window(title + ".* – photosearch$|^" + title + "$")
        return self.windows()[found]

    def activate(self, window: str, *, maximised: bool = True) -> None:
        """Bring a window to the front."""
        if maximised:
            self.run("wmctrl", "-i", "-r", window, "-b", "add,maximized_vert,maximized_horz")
        self.run("wmctrl", "-i", "-a", window)
        time.sleep(0.5)

    def key(self, *keys: str) -> None:
        """Press keys (xdotool's names: ``Menu``, ``ctrl+a``) in the window that has the focus."""
        self.run("xdotool", "key", "--delay", "80", *keys)

    def type(self, text: str) -> None:
        """Type a text in the window that has the focus."""
        self.run("xdotool", "type", "--delay", "40", text)

    def click(self, x: int, y: int, button: int = 1) -> None:
        """Click at a place of the screen."""
        self.run("xdotool", "mousemove", str(x), str(y), "sleep", "0.2", "click", str(button))

    def screenshot(self, name: str) -> Path:
        """What the screen shows, as a PNG; also in the documentation where that is asked for."""
        path = self.home / f"{name}.png"
        self.run("import", "-window", "root", str(path), check=True)
        chosen = os.environ.get("HOSTS_PICTURES")
        if chosen and name != FAILED:
            shown = str(Path(chosen).absolute() / path.name)
            self.run("convert", str(path), "-resize", "1000x>", "-strip", shown, check=True)
        return path

    def wait(
        self,
        look: Callable[[], Found | None],
        failure: Callable[[], str] = lambda: "waited too long",
    ) -> Found:
        """What ``look`` finds, as soon as it is something."""
        until = time.monotonic() + _WAIT_S
        while True:
            found = look()
            if found:
                return found
            if time.monotonic() > until:
                self.screenshot(FAILED)
                raise AssertionError(f"{failure()}; see {self.home}/failed.png")
            time.sleep(0.1)

    # -- the session

    def _start_screen(self) -> str:
        read, write = os.pipe()
        command = ["Xvfb", "-displayfd", str(write), "-screen", "0", "1400x900x24"]
        server = subprocess.Popen(
            [*command, "-nolisten", "tcp"], pass_fds=[write], stderr=subprocess.DEVNULL
        )
        self._closing.callback(_end, server)
        os.close(write)
        with os.fdopen(read) as answer:
            return f":{answer.readline().strip()}"

    def _start_bus(self) -> str:
        command = ["dbus-daemon", "--session", "--nofork", "--print-address=1"]
        # Which programs it can start it looks up in the home of the user account, unless told.
        environ = {**self.environ, "XDG_DATA_HOME": str(self.home / ".local/share")}
        bus = subprocess.Popen(
            command, env=environ, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
        )
        self._closing.callback(_end, bus)
        assert bus.stdout is not None
        with bus.stdout:
            return bus.stdout.readline().decode().strip()


def _end(process: subprocess.Popen[bytes]) -> None:
    """With all that it started, if it leads a session of its own."""
    with suppress(ProcessLookupError):
        leads = os.getpgid(process.pid) == process.pid
        for number in (signal.SIGTERM, signal.SIGKILL):
            if leads:
                os.killpg(process.pid, number)
            else:
                process.send_signal(number)
            with suppress(subprocess.TimeoutExpired):
                process.wait(10)
                return
