"""The entry point: runs the command line, and turns errors into words and exit codes."""

from __future__ import annotations

import sys

from photosearch.cli import exits, streams
from photosearch.errors import IndexLockedError, PhotoSearchError


def main() -> None:
    """Run the command line and exit."""
    try:
        code = _run()
    finally:
        streams.let_go()
    sys.exit(code)


def _run() -> int:
    try:
        streams.prepare()
        # Imported here, so that Ctrl-C in the second that this may take is answered as well.
        from photosearch.cli import app, output

        code = app.run(sys.argv[1:])
        output.flush()
    except PhotoSearchError as error:
        streams.say(f"Error: {error}")
        return exits.LOCKED if isinstance(error, IndexLockedError) else exits.FAILED
    except KeyboardInterrupt:
        streams.say("Interrupted.")
        return exits.INTERRUPTED
    except BrokenPipeError:
        return exits.DONE  # the reader has seen enough (`| head`)
    return code


if __name__ == "__main__":
    main()
