"""Notifies a person through a terminal: a sequence that the terminal turns into a notification of its own.

OSC 9 is understood by iTerm2, WezTerm, kitty, Ghostty and Windows Terminal; OSC 777 by those that come from urxvt and
by foot and the terminals of GNOME. Each ignores what it does not understand.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping

from mcp_server.adapters.notify.words import headline, line
from mcp_server.domain.oversight.need import Need

_URXVTS = ("rxvt", "foot", "vte", "gnome")


class Terminal:
    """The terminal that `write` writes to; `environment` is that of a program in it."""

    def __init__(self, repository: str, environment: Mapping[str, str], write: Callable[[str], object]) -> None:
        self._repository = repository
        self._environment = environment
        self._write = write

    def notify(self, need: Need) -> None:
        self._write(sequence(headline(self._repository), line(need), self._environment))


def sequence(title: str, words: str, environment: Mapping[str, str]) -> str:
    """What makes this terminal notify."""
    terminal = f"{environment.get('TERM_PROGRAM', '')} {environment.get('TERM', '')}".lower()
    if environment.get("VTE_VERSION") or any(name in terminal for name in _URXVTS):
        said = f"\x1b]777;notify;{title.replace(';', ',')};{words.replace(';', ',')}\x07"
    else:
        said = f"\x1b]9;{title}: {words}\x07"
    if environment.get("TMUX"):  # tmux hands on what is wrapped like this, if its allow-passthrough is on
        return "\x1bPtmux;" + said.replace("\x1b", "\x1b\x1b") + "\x1b\\"
    return said


def to_terminal_of(pid: int) -> Callable[[str], object]:
    """Writes to the terminal of a process; refuses (OSError) where it has none."""

    def write(text: str) -> None:
        name = os.readlink(f"/proc/{pid}/fd/1")
        if not name.startswith(("/dev/pts/", "/dev/tty")):
            raise OSError("the session runs in no terminal")
        handle = os.open(name, os.O_WRONLY | os.O_NOCTTY | os.O_NONBLOCK)
        try:
            os.write(handle, text.encode())
        finally:
            os.close(handle)

    return write


def environment_of(pid: int) -> dict[str, str]:
    """The environment that a process of this user was started with; nothing where that can't be read."""
    try:
        with open(f"/proc/{pid}/environ", "rb") as handle:
            entries = handle.read().split(b"\0")
    except OSError:
        return {}
    pairs = (os.fsdecode(entry).partition("=") for entry in entries)
    return {name: value for name, _, value in pairs if name}
