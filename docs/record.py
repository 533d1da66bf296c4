"""Records what a command really prints on a terminal as a picture: `record.py PICTURE.svg COMMAND [ARGUMENT …]`."""

from __future__ import annotations

import fcntl
import io
import os
import pty
import re
import struct
import subprocess
import sys
import termios
from pathlib import Path

from rich.console import Console
from rich.terminal_theme import SVG_EXPORT_THEME
from rich.text import Text

COLUMNS, ROWS = 108, 200
FONTS = "ui-monospace, SFMono-Regular, Menlo, Consolas, 'DejaVu Sans Mono', monospace"


def printed(command: list[str]) -> str:
    """What `command` prints on a terminal; refuses a command that fails."""
    ours, theirs = pty.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", ROWS, COLUMNS, 0, 0))
    surroundings = {**os.environ, "TERM": "xterm-256color", "COLUMNS": str(COLUMNS)}
    with subprocess.Popen(command, stdin=theirs, stdout=theirs, stderr=theirs, env=surroundings) as process:
        os.close(theirs)
        shown = b"".join(iter(lambda: _read(ours), b""))
    if process.returncode:
        raise SystemExit(f"{' '.join(command)} ended with {process.returncode}:\n{shown.decode()}")
    return shown.decode().replace("\r\n", "\n").strip("\n")


def picture(shown: str, title: str) -> str:
    """The picture of a terminal that shows this."""
    console = Console(width=COLUMNS, record=True, file=io.StringIO(), color_system="truecolor", force_terminal=True)
    console.print(Text.from_ansi(shown), highlight=False)
    svg = console.export_svg(title=title, theme=SVG_EXPORT_THEME)
    # Drawn with the reader's own fonts: a picture should not fetch any.
    return re.sub(r"\s*@font-face \{.*?\}", "", svg, flags=re.DOTALL).replace("Fira Code, monospace", FONTS)


def _read(descriptor: int) -> bytes:
    try:
        return os.read(descriptor, 65536)
    except OSError:  # Linux says so when the last program on a terminal has ended
        return b""


if __name__ == "__main__":
    file, *command = sys.argv[1:]
    title = " ".join([Path(command[0]).name, *command[1:]])
    Path(file).write_text(picture(printed(command), title), encoding="utf-8")
