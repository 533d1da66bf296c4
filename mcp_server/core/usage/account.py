"""Counts what a transcript says for the agent that wrote it, and watches its budgets. On the hot path of a hook."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from mcp_server.domain.usage.response import Passage
    from mcp_server.ports import HookBooks


def account(  # noqa: PLR0913  a transcript, and who it is about
    books: HookBooks, path: str, session: str, *, agent: int, parent: int | None, passage: Passage | None
) -> None:
    """Count a passage of the transcript at `path`; None: there is no such file.

    `session` is the transcript of the session that it belongs to. It counts for the task that the agent holds now, or
    else for that of the agent it works under.
    """
    task = books.usage.task_of(agent, parent)
    books.usage.record(path, session, agent, task, passage)
    if passage is None or not passage.responses:
        return
    try:
        policy = books.guard.policy()
    except ValueError:  # settings that make no sense; what was spent counts all the same
        return
    if any(policy.budget[:3]) or books.usage.is_limited():
        from mcp_server.core.usage.watch import watch  # only where there is a budget

        watch(books, policy.limits, agent, task)


def settle(books: HookBooks, session: str, agent: int, passage: Passage) -> None:
    """At a session's end: what the client counted beyond its transcripts, as for a summary, counts for its agent."""
    if passage.totals:
        books.usage.settle(session, agent, books.usage.task_of(agent, None), dict(passage.totals))
