"""How steps are shown while they are carried out: on stderr, so that stdout holds the answer alone."""

from __future__ import annotations

from types import TracebackType

from rich.console import Console
from rich.markup import escape

from mcp_server.domain.step import Carried, Step


class Progress:
    """A line for each step when it has ended, and at a terminal what is going on now."""

    def __init__(self, console: Console) -> None:
        self._console = console
        self._now = console.status("") if console.is_terminal else None

    def __enter__(self) -> Progress:
        if self._now is not None:
            self._now.start()
        return self

    def __exit__(
        self, _kind: type[BaseException] | None, _error: BaseException | None, _trace: TracebackType | None
    ) -> None:
        if self._now is not None:
            self._now.stop()

    def begins(self, step: Step) -> None:
        """This step is being carried out."""
        if self._now is not None:
            self._now.update(escape(step.name))

    def ends(self, carried: Carried) -> None:
        """This is what became of it."""
        mark = "[green]✓[/]" if carried.done else "[red]✗[/]"
        words = carried.words.splitlines()[0] if carried.words else ""
        line = f"{mark} {escape(carried.step)}: {escape(words)} [dim]({carried.seconds:.1f} s)[/]"
        self._console.print(line, highlight=False, soft_wrap=True)
