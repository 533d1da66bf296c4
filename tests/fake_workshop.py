"""A repository whose files, workflows and commands the test controls."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from mcp_server.domain.agent import Process
from mcp_server.domain.scopes.scope import ancestors, parse
from mcp_server.ports import Printed, Source


class FakeWorkshop:
    """What workflows need from outside, as a test has it."""

    def __init__(self) -> None:
        self.texts: dict[str, str] = {}
        self.paths: list[str] = []
        self.committed = True
        self.prints: dict[str, Printed | Callable[[], Printed]] = {}
        self.ran: list[str] = []
        self.started: list[tuple[str, int]] = []
        self.own_pid = 1

    def names(self) -> list[str]:
        """The workflows that a test has written."""
        return sorted(self.texts)

    def read(self, name: str) -> Source | None:
        """One of them."""
        text = self.texts.get(name)
        return None if text is None else Source(name, text, f"{name}.toml", self.committed)

    def write(self, name: str, text: str, *, replace: bool) -> str | None:
        """Keep a workflow."""
        if name in self.texts and not replace:
            return None
        self.texts[name] = text
        return f"{name}.toml"

    def file(self, name: str) -> str:
        """Where it would be."""
        return f"/repository/{name}.toml"

    def files(self, patterns: Sequence[str]) -> list[str]:
        """The files that a test has put there."""
        scope = parse(patterns)
        return [path for path in self.paths if scope.covers(path)]

    def folders(self, patterns: Sequence[str]) -> list[str]:
        """The folders of these files."""
        scope = parse(patterns)
        return sorted({folder for path in self.paths for folder in ancestors(path)[1:-1] if scope.covers(folder)})

    def listed(self, command: str, minutes: float) -> Printed:  # noqa: ARG002
        """What a test has a command print."""
        return self._printed(command)

    def checked(self, command: str, minutes: float, name: str) -> Printed:  # noqa: ARG002
        """The same."""
        return self._printed(command)

    def set_going(self, run_id: str, attempt: int) -> Process | None:
        """Remember who was to be started."""
        self.started.append((run_id, attempt))
        return Process("here", 1_000 + len(self.started), "then")

    def _printed(self, command: str) -> Printed:
        self.ran.append(command)
        said = self.prints.get(command, Printed(0, ()))
        return said() if callable(said) else said
