"""What a board says of one task, of the agents, and of what happened: as text that the terminal wraps."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from mcp_server.board.live import View
from mcp_server.board.rows import AgentRow, TaskRow, agent_row, tokens
from mcp_server.core.board.spending import Spending
from mcp_server.domain.oversight.need import Need
from mcp_server.domain.presence import duration
from mcp_server.domain.text import stamp
from mcp_server.domain.usage.sums import Usage
from mcp_server.showing import times
from mcp_server.showing.wording import for_people

MOST_NEEDS = 5
BAR = 30
"""Characters of the longest bar."""
STATE_STYLES = {"working": "green", "idle": "dim", "waits for you": "bold yellow"}


def task_text(row: TaskRow) -> RenderableType:
    """Everything about one task."""
    lines = [Text(f"{row.id}  {row.title}", style="bold")]
    lines += [Text(f"{name:>10}  ", style="dim") + Text(words) for name, words in _facts(row) if words]
    lines += [Text(f"{'!':>10}  ", style="bold red") + Text(flag) for flag in row.flags]
    for author, ago, text in row.notes:
        lines.append(Text(f"{'note':>10}  ", style="dim") + Text(f"{author}, {ago}: ", style="italic") + Text(text))
    return Group(*lines)


def needs_text(needs: Iterable[Need], now: float) -> Text:
    """What needs a person, a line each, with the command to type."""
    found = list(needs)
    lines = [
        Text("● ", style="bold yellow")
        + Text(for_people(need.words))
        + Text(f"  {duration(now - need.since)}  ", style="dim")
        + Text(need.command, style="cyan")
        for need in found[:MOST_NEEDS]
    ]
    more = len(found) - MOST_NEEDS
    if more > 0:
        lines.append(Text(f"  and {more} more", style="dim"))
    return Text("\n").join(lines) if lines else Text("Nothing waits for you.", style="dim")


def agents_table(view: View) -> Table:
    """Who is here, and at what."""
    table = _table("agent", "state", "doing", "holds", "role", "tier", "model", "usage", "where", "unread")
    for card in view.snapshot.agents:
        row: AgentRow = agent_row(card)
        at = (row.name, row.state, row.doing, row.holds, row.role)
        cells = (*at, row.tier, row.model, row.usage, row.where, row.unread)
        table.add_row(*(Text(cell, style=STATE_STYLES.get(cell, "")) for cell in cells))
    return table


def others_text(view: View) -> RenderableType:
    """Locks, waits and conflicts."""
    seen = view.snapshot
    lines = [f"{lease.holder_name} has locked {lease.subject}" for lease in seen.locks]
    lines += [
        f"{wait.who} waits for {wait.subject}, which {wait.holder} holds, {duration(seen.now - wait.since)}"
        for wait in seen.waits
    ]
    lines += [f"{known.ours} and {known.theirs} conflict in {known.conflict.path}" for known in seen.conflicts]
    lines += [f"In the task list: {words}" for words in seen.troubles]
    return Group(*(Text(line) for line in lines))


def spending_text(spending: Spending) -> RenderableType:
    """What was spent lately: by day as bars, by task and by model."""
    if not spending.whole.total:
        return Text("No tokens have been counted yet.", style="dim")
    about = f", about {spending.about:.2f}" if spending.about is not None else ""
    head = Text(f"{tokens(spending.whole.total)} in {len(spending.days)} days{about}\n", style="bold")
    days = [(day, usage) for day, usage in spending.days if usage.total]
    tables = [_bars("day", days), _bars("task", spending.tasks), _bars("model", spending.models)]
    doubts = [Text(f"Not exact: {words}", style="dim") for words in spending.inexact[:MOST_NEEDS]]
    return Group(head, *tables, *doubts)


def _bars(heading: str, sums: Sequence[tuple[str, Usage]]) -> Table:
    most = max((usage.total for _, usage in sums), default=0) or 1
    table = Table(box=None, pad_edge=False)
    for name in (heading, "tokens", ""):
        table.add_column(name)
    for name, usage in sums:
        bar = "█" * max(1, round(usage.total / most * BAR)) if usage.total else ""
        table.add_row(Text(name), Text(tokens(usage.total)), Text(bar, style="cyan"))
    return table


def log_table(view: View) -> Table:
    """What happened lately, the newest last."""
    table = _table("when", "who", "what", "", "")
    now = times.now()
    for event in view.snapshot.events:
        when = times.local(stamp(event.at), now)
        cells = (when, event.agent or "", event.kind.replace("_", " "), event.subject, event.detail or "")
        table.add_row(*(Text(cell) for cell in cells))
    return table


def _facts(row: TaskRow) -> Iterable[tuple[str, str]]:
    held = f"{row.holder}, {row.age}" + (f", {row.doing}" if row.doing else "") if row.holder else ""
    yield "author" if row.column == "review" else "holder", held
    yield "since", "" if row.holder else row.age
    yield "check", row.check
    yield "waits for" if row.column == "waiting" else "needs", row.waits_for
    yield "scope", row.scope
    yield "role", row.role
    yield "tier", row.tier
    yield "done when", row.done_when
    yield "branch", row.branch
    yield "work", row.work
    yield "usage", row.usage
    yield "attach", row.attach


def _table(*headings: str) -> Table:
    table = Table(box=None, pad_edge=False, expand=True)
    for heading in headings:
        table.add_column(heading, overflow="fold")
    return table
