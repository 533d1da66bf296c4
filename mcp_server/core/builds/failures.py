"""Counts how often a command failed because of somebody else's files, and notifies their holders.

On the hot path of a hook.
"""

from __future__ import annotations

from mcp_server.domain.text import clip

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from mcp_server.core.builds.blame import Judgement, Suspect
    from mcp_server.ports import Activity

ATTEMPTS_BEFORE_ASKING = 3
LONGEST_COMMAND = 300
LINES_A_FILE = 3


def failed(activity: Activity, agent_id: int, judgement: Judgement, command: str) -> int:
    """Count the failure for each foreign file and forget the files that this command no longer fails on.

    Returns the highest of these counts.
    """
    line = normal(command)
    foreign = sorted({suspect.path for suspect in judgement.foreign})
    fixed = [wait.path for wait in activity.waits(agent_id) if wait.command == line and wait.path not in foreign]
    activity.over(agent_id, fixed)
    return max((activity.failed(agent_id, path, line).attempts for path in foreign), default=0)


def passed(activity: Activity, agent_id: int, command: str) -> list[str]:
    """Forget the foreign files that this command used to fail on; returns them."""
    line = normal(command)
    fixed = [wait.path for wait in activity.waits(agent_id) if wait.command == line]
    activity.over(agent_id, fixed)
    return fixed


def normal(command: str) -> str:
    """A command in the form that is stored, so that it is recognised when it runs again."""
    return clip(" ".join(command.split()), LONGEST_COMMAND)


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
        if not suspect.stopped:
            by_holder.setdefault(suspect.holder_id, []).append(suspect)
    for holder, suspects in by_holder.items():
        yield holder, _subject(suspects, waiting, command, attempts), _text(suspects, attempts)


def _subject(suspects: list[Suspect], waiting: str, command: str, attempts: int) -> str:
    paths = clip(", ".join(suspect.path for suspect in suspects), 160)
    waits = "is still waiting" if attempts > 1 else "is waiting"
    return f"{clip(waiting, 60)} {waits} for {paths}: `{clip(normal(command), 80)}` fails because of it"


def _text(suspects: list[Suspect], attempts: int) -> str:
    lines = [clip(line, 200) for suspect in suspects for line in suspect.lines[:LINES_A_FILE]]
    if attempts == 1:
        return "\n".join([*lines, "It was asked to wait and to leave the file alone."])
    request = "Finish your edit to the file, or use send_message to say how long it will take."
    return "\n".join([*lines, f"It has failed {attempts} times. {request}"])
