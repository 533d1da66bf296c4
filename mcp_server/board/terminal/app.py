"""The board in a terminal, as a program: it is drawn anew when something has changed, and acts on a key."""

from __future__ import annotations

import subprocess
from collections.abc import Callable, Sequence
from typing import ClassVar

from rich.text import Text
from textual import work
from textual.app import App, ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.events import Resize
from textual.screen import ModalScreen
from textual.widgets import Footer, OptionList, Static

from mcp_server.board.acts import Acts
from mcp_server.board.live import LiveBoard, View
from mcp_server.board.rows import TaskRow, rows_of, tokens
from mcp_server.board.terminal import details
from mcp_server.board.terminal.columns import WIDE, Columns, Names
from mcp_server.board.terminal.dialogs import Ask, Choose
from mcp_server.core.board.snapshot import COLUMNS
from mcp_server.domain.errors import InterlockError, in_words
from mcp_server.domain.text import count
from mcp_server.showing.wording import for_people

LOOK_EVERY = 0.5
"""Seconds between two looks at whether anything has changed."""


class Page(ModalScreen[None]):
    """A page over the board: agents, log, usage. Any of its keys closes it."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,q,enter,g,l,u", "dismiss", "Back to the board", key_display="Esc")
    ]

    def __init__(self, title: str, draw: Callable[[], Sequence[object]], *, from_the_end: bool = False) -> None:
        super().__init__()
        self._title = title
        self._draw = draw
        self._from_the_end = from_the_end

    def compose(self) -> ComposeResult:
        """What it draws, to be scrolled."""
        with VerticalScroll(classes="page") as scroll:
            scroll.border_title = self._title
            for part in self._draw():
                yield Static(part)  # type: ignore[arg-type]  # whatever rich can draw
        yield Footer(compact=True)

    def on_mount(self) -> None:
        """Begin at the end, where that is the newest."""
        if self._from_the_end:
            self.query_one(VerticalScroll).scroll_end(animate=False)


class Board(App[None]):
    """Shows the live board of one repository, and carries out a person's acts on it.

    `show_diff` is the command that shows the work of a task in a pager.
    """

    CSS_PATH = "board.tcss"
    ENABLE_COMMAND_PALETTE = False
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("left", "step(-1)", "Column", key_display="←→"),
        Binding("right", "step(1)", show=False),
        Binding("d", "diff", "Diff"),
        Binding("a", "approve", "Approve"),
        Binding("r", "reject", "Reject"),
        Binding("x", "release", "Release"),
        Binding("m", "message", "Write"),
        Binding("c", "copy", "Copy"),
        Binding("g", "agents", "Agents"),
        Binding("u", "usage", "Usage"),
        Binding("l", "log", "Log"),
        Binding("q", "quit", "Quit"),
    ]

    def __init__(self, live: LiveBoard, acts: Acts, *, name: str, show_diff: Callable[[str], Sequence[str]]) -> None:
        super().__init__()
        self._live = live
        self._acts = acts
        self._name = name
        self._show_diff = show_diff
        self._view: View | None = None
        # Asking for them by name would find nothing while a dialog is open, or when the program is being closed.
        self._counts, self._needs, self._detail = (Static(id=name) for name in ("counts", "needs", "task"))
        self._names, self._columns = Names(id="names"), Columns()

    def compose(self) -> ComposeResult:
        """From above: the counts, what needs a person, the columns, one task, the keys."""
        yield self._counts
        yield self._needs
        yield self._names
        yield self._columns
        with VerticalScroll(id="detail"):
            yield self._detail
        yield Footer(compact=True)

    def on_mount(self) -> None:
        """Begin to look."""
        self._columns.go("working")
        self.look()
        self.set_interval(LOOK_EVERY, self.look)

    def on_resize(self, event: Resize) -> None:
        """Columns side by side, or one at a time."""
        self.screen_stack[0].set_class(event.size.width < WIDE, "narrow")

    @work(thread=True, exclusive=True, group="look")
    def look(self) -> None:
        """Look whether anything has changed, beside drawing."""
        try:
            view = self._live.view()
        except (InterlockError, OSError, ValueError) as error:
            self.call_from_thread(self._show_trouble, in_words(error))
            return
        if self._view is None or view.number != self._view.number:
            self.call_from_thread(self._show, view)

    def _show(self, view: View) -> None:
        first = self._view is None
        self._view = view
        seen = view.snapshot
        rows = rows_of(view)
        self._columns.show(rows, seen.more)
        busy = next((name for name in ("working", "review", "ready") if any(row.column == name for row in rows)), None)
        if first and busy is not None:
            self._columns.go(busy)  # type: ignore[arg-type]  # one of the columns
        counts = [count(len(seen.agents), "agent"), f"{seen.open} open", f"{seen.done} done"]
        counts += [f"{tokens(seen.today)} today"] if seen.today else []
        notice = Text(f"\n {seen.notice}", style="red") if seen.notice is not None else Text()
        self._counts.update(Text(f" {self._name}  ·  " + "  ·  ".join(counts), style="bold") + notice)
        self._needs.update(details.needs_text(seen.needs, seen.now))
        self._needs.set_class(bool(seen.needs), "some")
        self._show_names()
        self._show_task()

    def _show_trouble(self, words: str) -> None:
        self._counts.update(Text(f" {words}", style="bold red"))

    def _show_names(self) -> None:
        if self._view is None:
            return
        seen = self._view.snapshot
        counts = {name: len(seen.column(name)) + seen.more.get(name, 0) for name in COLUMNS}
        self._names.show(counts, self._columns.current)

    def _show_task(self) -> None:
        row = self._chosen()
        self._detail.update(details.task_text(row) if row is not None else "")

    def _chosen(self) -> TaskRow | None:
        return self._columns.chosen

    def on_columns_moved(self) -> None:
        """Another column is current."""
        self._show_names()
        self._show_task()

    def on_option_list_option_highlighted(self, _event: OptionList.OptionHighlighted) -> None:
        """The cursor is on another task."""
        self._show_task()

    def on_option_list_option_selected(self, _event: OptionList.OptionSelected) -> None:
        """Enter, in a list."""
        self.action_detail()

    def action_step(self, by: int) -> None:
        """Go to the column beside."""
        self._columns.step(by)

    def action_detail(self) -> None:
        """Everything about the task, on a page."""
        row = self._chosen()
        if row is not None:
            self.push_screen(Page(row.id, lambda: [details.task_text(row)]))

    def action_agents(self) -> None:
        """Who is here, and who waits for whom."""
        view = self._view
        if view is not None:
            self.push_screen(Page("Agents", lambda: [details.agents_table(view), details.others_text(view)]))

    def action_usage(self) -> None:
        """What was spent."""
        view = self._view
        if view is not None:
            self.push_screen(Page("Usage", lambda: [details.spending_text(view.spending)]))

    def action_log(self) -> None:
        """What happened."""
        view = self._view
        if view is not None:
            self.push_screen(Page("Log", lambda: [details.log_table(view)], from_the_end=True))

    def action_copy(self) -> None:
        """The command that attaches to the session of the task, to the clipboard."""
        row = self._chosen()
        if row is None or not row.attach:
            self.notify("There is no session to attach to: none was launched for this task.", severity="warning")
            return
        self.copy_to_clipboard(row.attach)
        self.notify(f"Copied: {row.attach}", markup=False)

    def action_diff(self) -> None:
        """The work on the task, in the person's pager."""
        row = self._reviewed()
        if row is None:
            return
        with self.suspend():
            subprocess.run(list(self._show_diff(row.id)), check=False)
        self.refresh()

    def action_approve(self) -> None:
        """Approve the task, and merge it if it has a branch of its own."""
        row = self._reviewed()
        if row is None:
            return
        choices = {"y": "approve it"} | ({"m": f"approve it and merge {row.branch}"} if row.branch else {})

        def decide(key: str | None) -> None:
            if key:
                self.carry_out(lambda: self._acts.approve(row.id, merge=key == "m"))

        self.push_screen(Choose(f"Approve {row.id}: {row.title}?", choices), decide)

    def action_reject(self) -> None:
        """Put the task back, for a reason."""
        row = self._reviewed()
        if row is None:
            return

        def decide(why: str | None) -> None:
            if why:
                self.carry_out(lambda: self._acts.reject(row.id, why))

        self.push_screen(Ask(f"Why is {row.id} rejected?", "its author and whoever claims it next read this"), decide)

    def _reviewed(self) -> TaskRow | None:
        row = self._chosen()
        if row is None or row.column != "review":
            self.notify("Only a task that waits for review can be looked at, approved or rejected.", severity="warning")
            return None
        return row

    def action_release(self) -> None:
        """Give the task back, whoever holds it."""
        row = self._chosen()
        if row is None or row.column not in ("working", "blocked"):
            self.notify("Only a task that somebody holds, or that is blocked, can be released.", severity="warning")
            return
        held = f"{row.holder} holds {row.id} and will be notified. " if row.holder else ""

        def decide(key: str | None) -> None:
            if key:
                self.carry_out(lambda: self._acts.release(row.id))

        self.push_screen(Choose(f"{held}Release {row.id}?", {"y": "release it"}), decide)

    def action_message(self) -> None:
        """Write to whoever holds the task, or will."""
        row = self._chosen()
        if row is None:
            return
        to = row.holder or row.id

        def send(words: str | None) -> None:
            if words:
                self.carry_out(lambda: self._acts.message(to, words))

        self.push_screen(Ask(f"Message to {to}"), send)

    @work(thread=True)
    def carry_out(self, act: Callable[[], str]) -> None:
        """Carry out an act beside drawing, and say how it ended."""
        try:
            words = act()
        except (InterlockError, OSError, ValueError) as error:
            self.call_from_thread(self.notify, for_people(in_words(error)), severity="error", timeout=10, markup=False)
            return
        self.call_from_thread(self.notify, for_people(words), markup=False)
        self.look()
