"""After a Bash command: the same failure again and again, and what breaks such a row."""

from __future__ import annotations

from mcp_server.core.builds.failures import normal
from mcp_server.core.off_track import signs
from mcp_server.domain.heuristics import edits

TYPE_CHECKING = False
if TYPE_CHECKING:
    from hooks.bash.outcome import Outcome
    from mcp_server.core.builds.blame import Judgement
    from mcp_server.core.off_track.signs import Attempt
    from mcp_server.domain.decision import AgentRights
    from mcp_server.hook_app import HookStore

STOPPED = (124, 130, 137, 141, 143)
"""Exit codes of a command that somebody, or `timeout`, stopped."""


def after_command(store: HookStore, rights: AgentRights, found: Outcome, judgement: Judgement | None) -> str:
    """What the agent is told of a command that failed as before, empty for nothing; a success is only recorded.

    What failed because of somebody else's files does not count.
    """
    attempt = signs.attempt_of(rights.family[0], rights.leases)
    if attempt is None or (judgement is not None and judgement.foreign):
        return ""
    if found.exit_code == 0 and not (judgement is not None and judgement.suspects):
        _went_well(store, attempt, found.command)
        return ""
    if not _failed(found):
        return ""
    from mcp_server.domain.heuristics.first_error import first_error_line

    with store.writing():
        return signs.after_failure(store.tracks, attempt, normal(found.command), first_error_line(found.output))


def _failed(found: Outcome) -> bool:
    if found.exit_code is None or found.exit_code in STOPPED:
        return False
    return not (found.exit_code == 1 and edits.only_asks(found.command))


def _went_well(store: HookStore, attempt: Attempt, command: str) -> None:
    line = normal(command)
    failing = store.tracks.failing(attempt)
    broken = {failed for failed, _ in failing if failed == line}
    if not broken and failing and edits.changes_something(command):
        broken = {failed for failed, _ in failing}
    commits = edits.commits(command)
    if not broken and not commits:
        return
    with store.writing():
        for failed in broken:
            store.tracks.changed(attempt, failed)
        if commits:
            store.tracks.committed(attempt)
