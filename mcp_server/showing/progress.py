"""Shows steps while they are carried out: on stderr, so that stdout holds only the answer."""

from __future__ import annotations

from types import TracebackType

from rich.console import Console
from rich.markup import escape
from rich.status import Status

from mcp_server.domain.setup_step import Carried, Step


class ConsoleProgress:
    """A line for each step when it has ended, and at a terminal the steps that are running.

    Several that run side by side share one, each under the name that `of` gave it.
    """

    def __init__(self, console: Console, *, shared: ConsoleProgress | None = None, of: str = "") -> None:
        self._console = console
        self._of = of
        self._now: Status | None = console.status("") if console.is_terminal else None
        self._going: dict[str, str] = {}
        if shared is not None:
            self._now, self._going = shared._now, shared._going

    def of(self, name: str) -> ConsoleProgress:
        """The same for one of several."""
        return ConsoleProgress(self._console, shared=self, of=name)

    def __enter__(self) -> ConsoleProgress:
        if self._now is not None:
            self._now.start()
        return self

    def __exit__(
        self, _kind: type[BaseException] | None, _error: BaseException | None, _trace: TracebackType | None
    ) -> None:
        if self._now is not None:
            self._now.stop()

    def begins(self, step: Step) -> None:
        """Show that a step is running."""
        self._going[self._of] = self._named(step.name)
        self._show()

    def ends(self, carried: Carried) -> None:
        """Show how a step ended."""
        mark = "[green]✓[/]" if carried.done else "[red]✗[/]"
        words = carried.words.splitlines()[0] if carried.words else ""
        line = f"{mark} {escape(self._named(carried.step))}: {escape(words)} [dim]({carried.seconds:.1f} s)[/]"
        self._console.print(line, highlight=False, soft_wrap=True)
        self._going.pop(self._of, None)
        self._show()

    def says(self, words: str) -> None:
        """Show a line of its own."""
        self._console.print(escape(words), highlight=False, soft_wrap=True)

    def _named(self, step: str) -> str:
        return f"{self._of}: {step}" if self._of else step

    def _show(self) -> None:
        if self._now is not None:
            self._now.update(escape(" · ".join(list(self._going.values()))))
