"""The output of the demo: a heading for each scene, and lines with the name of the speaker."""

from __future__ import annotations

from rich.console import Console
from rich.text import Text

COLOURS = {"ada": "cyan", "ben": "yellow", "cleo": "magenta"}
WIDTH_WITHOUT_TERMINAL = 110
NAME_WIDTH = 8


class Voice:
    """Prints line by line, in plain text without a terminal."""

    def __init__(self) -> None:
        self._console = Console(highlight=False)
        if not self._console.is_terminal:
            self._console.width = WIDTH_WITHOUT_TERMINAL

    def scene(self, title: str) -> None:
        """The heading of a scene."""
        self._console.print(Text(title, "bold"))

    def says(self, who: str, what: str) -> None:
        """An agent, or a program, does or says something."""
        self._line(Text(who, COLOURS.get(who, "blue")), Text(what))

    def blocked(self, who: str, reason: str) -> None:
        """The guard blocks an agent's edit. What the agent is advised to do is not shown: the demo fits a screen."""
        for advice in (" Leave it alone: ", " If the task needs it: "):
            reason = reason.partition(advice)[0]
        self._line(Text(who, COLOURS.get(who, "blue")), Text.assemble(("blocked: ", "bold red"), (reason, "red")))

    def note(self, what: str) -> None:
        """A remark on what happened."""
        self._line(Text(""), Text(what, "dim"))

    def success(self, what: str) -> None:
        """The end, when everything worked."""
        self._console.print()
        self._console.print(Text(what, "bold green"))

    def failure(self, what: str) -> None:
        """The end, when something failed."""
        self._console.print()
        self._console.print(Text(f"The demo failed: {what}", "bold red"))

    def _line(self, who: Text, what: Text) -> None:
        who.align("right", NAME_WIDTH)
        for line in what.wrap(self._console, max(self._console.width - NAME_WIDTH - 1, 20)):
            line.rstrip()
            self._console.print(Text.assemble(who, " ", line), soft_wrap=True)
            who = Text(" " * NAME_WIDTH)
