"""A snapshot in a person's words: what stands on a card, a line for an agent, the command for what waits."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from mcp_server.board.live import View
from mcp_server.board.looks import Look
from mcp_server.core.agents.command_line import typed
from mcp_server.core.board.snapshot import AgentCard, AgentState, Column, TaskCard
from mcp_server.domain.machines.names import host_of
from mcp_server.domain.merge import result_words
from mcp_server.domain.presence import duration
from mcp_server.domain.text import clip, count

HEADINGS: dict[Column, str] = {
    "ready": "Ready",
    "working": "Working",
    "review": "Review",
    "blocked": "Blocked",
    "waiting": "Waiting",
    "done": "Done",
}
STATES: dict[AgentState, str] = {
    "working": "working",
    "idle": "idle",
    "prompt": "waits for you",
    "person": "a person",
    "unseen": "elsewhere",
}
LONGEST_TITLE = 200
SHOWN_PATTERNS = 4


class TaskRow(NamedTuple):
    """A task in words; empty texts are not shown. In review, `holder` is whose work it is.

    `attach` is the command that opens its session.
    """

    id: str
    title: str
    column: Column
    holder: str
    age: str
    doing: str
    scope: str
    work: str
    branch: str
    waits_for: str
    flags: tuple[str, ...]
    notes: tuple[tuple[str, str, str], ...]
    tier: str
    done_when: str
    attach: str
    usage: str
    check: str
    role: str


class AgentRow(NamedTuple):
    """An agent in words."""

    name: str
    state: str
    doing: str
    holds: str
    tier: str
    where: str
    unread: str
    model: str
    usage: str
    host: str
    role: str


def task_row(card: TaskCard, look: Look | None, now: float) -> TaskRow:
    """What stands on the card of a task."""
    task = card.task
    return TaskRow(
        task.id,
        clip(task.title, LONGEST_TITLE),
        card.column,
        card.holder or (card.review.author_name if card.review is not None else ""),
        duration(now - card.since),
        card.doing or "",
        scope_in_short(task.scope) if not task.unscoped else "",
        _work(look),
        card.worktree.branch if card.worktree is not None else "",
        ", ".join(card.waits_for) or (task.needs or "" if card.column == "blocked" else ""),
        card.flags,
        tuple((note.author, f"{duration(now - note.at)} ago", note.text) for note in card.notes),
        task.tier or "",
        task.done_when or "",
        _attach(card),
        _usage(card),
        _check(card),
        with_capabilities(task.role, task.capabilities),
    )


def agent_row(card: AgentCard) -> AgentRow:
    """What stands in the line of an agent."""
    return AgentRow(
        card.agent.name,
        STATES[card.state],
        card.doing,
        ", ".join(card.holds),
        card.tier or "",
        card.agent.worktree.rsplit("/", 1)[-1],
        count(card.unread, "message") if card.unread else "",
        _model(card),
        tokens(card.spent) if card.spent else "",
        host_of(card.agent.name) or (card.host or "").split("/")[0].split(":")[0],
        with_capabilities(card.role, card.agent.can),
    )


def _model(card: AgentCard) -> str:
    """The model that answers, and the one that its task is for if that is another."""
    return f"{card.model}, not {card.routed}" if card.routed else card.model or ""


def rows_of(view: View) -> list[TaskRow]:
    """The cards of all columns."""
    return [task_row(card, view.looks.get(card.task.id), view.snapshot.now) for card in view.snapshot.tasks]


def scope_in_short(patterns: Sequence[str]) -> str:
    """The first patterns of a scope; "read-only" for an empty one."""
    if not patterns:
        return "read-only"
    more = len(patterns) - SHOWN_PATTERNS
    return ", ".join(patterns[:SHOWN_PATTERNS]) + (f" and {more} more" if more > 0 else "")


def with_capabilities(role: str | None, capabilities: Sequence[str]) -> str:
    """A role and what else there is, or has to be: "tester, docker"."""
    return ", ".join([*([role] if role else []), *capabilities])


def _check(card: TaskCard) -> str:
    check = card.review.check if card.review is not None else None
    return f"{check.command} {result_words(check.code)}" if check is not None else ""


def tokens(number: int) -> str:
    """How many tokens, short: "980 tokens", "12k tokens", "3.4M tokens"."""
    if number < 1_000:
        return f"{number} tokens"
    return f"{number / 1e3:.0f}k tokens" if number < 999_500 else f"{number / 1e6:.1f}M tokens"


def _usage(card: TaskCard) -> str:
    if not card.spent:
        return ""
    return tokens(card.spent) + (f" of {tokens(card.budget).split()[0]}" if card.budget else "")


def _work(look: Look | None) -> str:
    if look is None:
        return ""
    parts = [count(look.commits, "commit")] if look.commits else []
    parts += [f"{count(look.uncommitted, 'file')} uncommitted"] if look.uncommitted else []
    return ", ".join(parts)


def _attach(card: TaskCard) -> str:
    launch = card.launch
    if launch is None or launch.way in ("print", "work") or card.column != "working":
        return ""
    if launch.way == "background" and launch.place:
        return f"claude attach {launch.place}"
    return typed("attach", card.task.id)
