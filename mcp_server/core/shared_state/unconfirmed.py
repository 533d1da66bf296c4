"""Evidence against a claim that something is finished: uncommitted changes, failed tests."""

from __future__ import annotations

from mcp_server.core.workplace import Workplace
from mcp_server.domain.agent import Agent
from mcp_server.domain.messages import EntryKind
from mcp_server.domain.scopes.scope import Scope
from mcp_server.domain.text import clip, stamp


def doubt(
    place: Workplace, agent: Agent, kind: EntryKind, said: str, *, scope: list[Scope], uncommitted: int | None
) -> str | None:
    """Why a `status` that claims that something is finished is unconfirmed; None without evidence against it.

    For an agent that holds nothing any more, the files that it was the last to edit count.
    """
    from mcp_server.domain.heuristics.claims_done import claims_finished  # only needed for a status

    if kind != "status" or not claims_finished(said):
        return None
    reasons = []
    count, where = (uncommitted, "in its scope") if scope else (_own(place, agent), "that it edited")
    if count:
        reasons.append(f"{count} file{'' if count == 1 else 's'} {where} not committed")
    with place.store.reading() as books:
        last = books.activity.tested(agent.id)
    if last is not None and last.failed:
        reasons.append(f"its last test run failed ({clip(' '.join(last.command.split()), 60)}, {stamp(last.at)})")
    return "; ".join(reasons) or None


def _own(place: Workplace, agent: Agent) -> int | None:
    with place.store.reading() as books:

        def edited(path: str) -> bool:
            editors = books.journal.editors(path)
            return bool(editors) and editors[0].agent == agent.id

        return place.checkout.uncommitted(agent.worktree, edited)
