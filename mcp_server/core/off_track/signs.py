"""Which repetitions are a sign that an agent goes in circles, and what it is told: once advice, then to stop.

Deterministic, from what hooks are given. On the path of a hook, which loads it only when there may be a sign.
"""

from __future__ import annotations

from mcp_server.domain.text import clip

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from mcp_server.domain.decision import LiveLease
    from mcp_server.ports import Tracks

SAME_FAILURES, RETURNS, REFUSALS, CORRECTIONS = 3, 2, 3, 3
"""From how many on a repetition is a sign; each further one is another."""
LONGEST = 700


class Attempt:
    """One claim: the agent at work, its task, and when the claim began."""

    __slots__ = ("agent", "since", "task")

    def __init__(self, agent: int, task: str, since: float) -> None:
        self.agent, self.task, self.since = agent, task, since


def attempt_of(agent: int, leases: Sequence[LiveLease]) -> Attempt | None:
    """What an agent with these leases is working on, by its newest claim; None without one."""
    claims = [lease for lease in leases if lease.task is not None and lease.resource is None]
    newest = max(claims, key=lambda lease: lease.since, default=None)
    return None if newest is None else Attempt(agent, newest.task or "", newest.since)


def after_failure(tracks: Tracks, attempt: Attempt, command: str, line: str) -> str:
    """Count a failure; what the agent is told, empty for nothing."""
    times = tracks.failed(attempt, command, line)
    if times < SAME_FAILURES:
        return ""
    like = f" ({clip(line, 160)})" if line else ""
    return tell(
        tracks,
        attempt,
        f"`{clip(command, 120)}` failed {times} times in the same way{like}, and nothing was edited in between that "
        "bears on it",
        "Do not run it again as it is. Read the whole error and the code that it names, write into a note what you "
        "believe is wrong, and only then change something.",
    )


def after_return(tracks: Tracks, attempt: Attempt, path: str, times: int) -> str:
    """What the agent is told when a file is what it was before; this has happened so many `times`."""
    if times < RETURNS:
        return ""
    return tell(
        tracks,
        attempt,
        f"{clip(path, 160)} is what it was before, for the {_ordinal(times)} time since the last commit",
        "Do not go back and forth. Write into a note what each version breaks, look for a third way, and edit the file "
        "once, when you know it.",
    )


def after_refusals(tracks: Tracks, attempt: Attempt) -> str:
    """What the agent is told about writes outside its scope that were refused."""
    times = tracks.refused(attempt)
    if times < REFUSALS:
        return ""
    return tell(
        tracks,
        attempt,
        f"{times} writes outside the scope were refused",
        f'Do not try other paths. If the task needs them: update_task("{clip(attempt.task, 60)}", widen=[patterns]); '
        "if somebody else holds them: send_message; else do without.",
    )


def after_spending(tracks: Tracks, attempt: Attempt, tokens: int, done: Sequence[int]) -> str:
    """What the agent is told of the tokens that were spent on its task, each time they have become as many again."""
    from mcp_server.core.off_track import tokens as counted

    far = counted.how_far(tokens, done)
    if not far or not tracks.spent(attempt, far):
        return ""
    return tell(tracks, attempt, *counted.words(tokens, done))


def after_correction(tracks: Tracks, attempt: Attempt, words: str) -> str:
    """Count a correction by a person; what the agent is told."""
    times = tracks.corrected(attempt, words)
    if times < CORRECTIONS:
        return ""
    return tell(
        tracks,
        attempt,
        f"the user made {times} corrections without a commit in between",
        "Before you change anything else, say in your own words what the user wants, and what you will do differently; "
        "if one thing is unclear, ask.",
    )


def tell(tracks: Tracks, attempt: Attempt, what: str, instead: str) -> str:
    """What an agent is told at a sign: first one other thing to do, then to stop, of which the person is notified too.

    `what` has happened is for both to read, so it calls nobody "you".
    """
    if tracks.sign(attempt) == 1:
        return clip(f"Interlock: you may be going in circles: {what}. {instead}", LONGEST)
    tracks.notify(attempt, what)
    task = clip(attempt.task, 60)
    return clip(
        f"Interlock: you are still going in circles: {what}. You were told before, so stop here: commit what works, "
        f'write a note of what you tried and why it failed, and update_task("{task}", status="released"). Then tell '
        f"the user that interlock restart {task} begins afresh; they were notified.",
        LONGEST,
    )


def _ordinal(number: int) -> str:
    return {2: "second", 3: "third"}.get(number, f"{number}th")
