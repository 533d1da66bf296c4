"""How often a command has failed because of somebody else's files, and what their holders are told of it.

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


def failed(watch: Activity, agent_id: int, judgement: Judgement, command: str) -> int:
    """Count the failure for each foreign file, forget what this command no longer fails because of.

    Answers how often it has failed by now because of the file that it failed of most often.
    """
    line = normal(command)
    foreign = sorted({suspect.path for suspect in judgement.foreign})
    over = [wait.path for wait in watch.waits(agent_id) if wait.command == line and wait.path not in foreign]
    watch.over(agent_id, over)
    return max((watch.failed(agent_id, path, line).attempts for path in foreign), default=0)


def passed(watch: Activity, agent_id: int, command: str) -> list[str]:
    """The files that this command had failed because of and does no longer; they are forgotten."""
    line = normal(command)
    over = [wait.path for wait in watch.waits(agent_id) if wait.command == line]
    watch.over(agent_id, over)
    return over


def normal(command: str) -> str:
    """A command as it is remembered, to be recognised when it is run again."""
    return clip(" ".join(command.split()), LONGEST_COMMAND)


def deliveries(judgement: Judgement, *, waiting: str, command: str, attempts: int) -> Iterator[tuple[int, str, str]]:
    """What the holder of a broken file is told: number of the agent, subject, text.

    At the first failure, so that it knows, and at the third, so that it does something about it; never in between.
    """
    if attempts not in (1, ATTEMPTS_BEFORE_ASKING):
        return
    of: dict[int, list[Suspect]] = {}
    for suspect in judgement.foreign:
        if not suspect.stopped:
            of.setdefault(suspect.holder_id, []).append(suspect)
    for holder, suspects in of.items():
        yield holder, _subject(suspects, waiting, command, attempts), _text(suspects, attempts)


def _subject(suspects: list[Suspect], waiting: str, command: str, attempts: int) -> str:
    paths = clip(", ".join(suspect.path for suspect in suspects), 160)
    waits = "still waits" if attempts > 1 else "waits"
    return f"{clip(waiting, 60)} {waits} for {paths}: `{clip(normal(command), 80)}` fails because of it"


def _text(suspects: list[Suspect], attempts: int) -> str:
    lines = [clip(line, 200) for suspect in suspects for line in suspect.lines[:LINES_A_FILE]]
    if attempts == 1:
        return "\n".join([*lines, "It was told to wait and to leave the file alone."])
    asked = f"It has failed {attempts} times by now. Make the file whole, or say with send_message how long it takes."
    return "\n".join([*lines, asked])
