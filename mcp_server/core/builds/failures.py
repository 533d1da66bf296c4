"""Counts how often a command failed because of somebody else's files, and notifies their holders.

On the hot path of a hook.
"""

from __future__ import annotations

from mcp_server.domain.decision import REVIEW
from mcp_server.domain.text import clip

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from mcp_server.core.builds.blame import Judgement, Suspect
    from mcp_server.ports import Activity

ATTEMPTS_BEFORE_ASKING = 3
LONGEST_COMMAND = 300
LINES_A_FILE = 3
PATIENT = 0.8
"""A run counts as another attempt when this much of the time that the agent was told to wait has passed."""
_SHOWING = frozenset("tail head grep tee cat less more sed awk sort uniq wc cut tr echo printf true exit".split())


def failed(
    activity: Activity, agent_id: int, judgement: Judgement, command: str, *, retry_seconds: float = 30.0
) -> int:
    """Count the failure for each foreign file and forget the files that this command no longer fails on.

    Runs that follow each other sooner than after `retry_seconds` count once: nobody has waited. Notes in each suspect
    whether its holder has edited it since the run before. Returns the highest of these counts.
    """
    line = normal(command)
    before = {wait.path: wait.last_at for wait in activity.waits(agent_id) if wait.command == line}
    foreign = {suspect.path: suspect for suspect in judgement.foreign}
    activity.over(agent_id, line, [path for path in before if path not in foreign])
    attempts = 0
    for path, suspect in sorted(foreign.items()):
        suspect.edited_since = path in before and suspect.last_edit is not None and suspect.last_edit > before[path]
        attempts = max(attempts, activity.failed(agent_id, path, line, apart=retry_seconds * PATIENT).attempts)
    return attempts


def passed(activity: Activity, agent_id: int, command: str) -> list[str]:
    """Forget the foreign files that this command used to fail on; returns them."""
    line = normal(command)
    fixed = [wait.path for wait in activity.waits(agent_id) if wait.command == line]
    activity.over(agent_id, line, fixed)
    return fixed


def normal(command: str) -> str:
    """A command in the form that is stored, so that it is recognised when it runs again.

    Where its output goes and how much of it is shown make no difference: `make 2>&1 | tail -20` is `make`.
    """
    from mcp_server.domain.heuristics.shell_words import simple_commands

    kept = [
        " ".join(word for word in words if not _redirects(word))
        for words in simple_commands(command)
        if words[0] not in _SHOWING
    ]
    return clip(" && ".join(part for part in kept if part) or " ".join(command.split()), LONGEST_COMMAND)


def _redirects(word: str) -> bool:
    return word.lstrip("0123456789&")[:1] in ("<", ">")


def messages_to_holders(
    judgement: Judgement, *, waiting: str, command: str, attempts: int
) -> Iterator[tuple[int, str, str]]:
    """The messages to the holders of broken files: agent id, subject, text.

    One at the first failure, for information, and one at the third, as a request; none in between.
    """
    if attempts not in (1, ATTEMPTS_BEFORE_ASKING):
        return
    by_holder: dict[int, list[Suspect]] = {}
    for suspect in judgement.foreign:
        if not suspect.stopped and not suspect.elsewhere and suspect.holder != REVIEW:
            by_holder.setdefault(suspect.holder_id, []).append(suspect)
    for holder, suspects in by_holder.items():
        yield holder, _subject(suspects, waiting, command, attempts), _text(suspects, attempts)


def _subject(suspects: list[Suspect], waiting: str, command: str, attempts: int) -> str:
    paths = clip(", ".join(suspect.path for suspect in suspects), 160)
    waits = "is still waiting" if attempts > 1 else "is waiting"
    return f"{clip(waiting, 60)} {waits} for {paths}: `{clip(' '.join(command.split()), 80)}` fails because of it"


def _text(suspects: list[Suspect], attempts: int) -> str:
    lines = [clip(line, 200) for suspect in suspects for line in suspect.lines[:LINES_A_FILE]]
    if attempts == 1:
        return "\n".join([*lines, "It was asked to wait and to leave the file alone."])
    request = "Finish your edit to the file, or use send_message to say how long it will take."
    return "\n".join([*lines, f"It has failed {attempts} times. {request}"])
