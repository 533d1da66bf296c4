"""Advice for an agent whose command failed because of somebody else's files: the facts and the next step.

On the hot path of a hook.
"""

from __future__ import annotations

from mcp_server.core.builds.blame import RECENT_SECONDS
from mcp_server.core.builds.failures import ATTEMPTS_BEFORE_ASKING
from mcp_server.domain.decision import REVIEW
from mcp_server.domain.text import clip

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from mcp_server.core.builds.blame import Judgement, Suspect

LONGEST = 1_000
SHOWN_PATHS = 4


def advice_on(
    judgement: Judgement, now: float, *, attempts: int = 1, retry_seconds: float = 30.0, quiet: float | None = None
) -> str:
    """What is known about the errors in foreign files and what to do next, in at most 1,000 characters; else empty.

    `quiet` is how many seconds those files had been unchanged, if that was waited for.
    """
    foreign = judgement.foreign
    if not foreign:
        return clip("Interlock: " + " ".join(_nobodys(judgement.nobodys, now)), LONGEST) if judgement.nobodys else ""
    parts = [*(_where(suspect, now) for suspect in foreign[:SHOWN_PATHS]), *_more(foreign), _rest(judgement)]
    if all(suspect.holder == REVIEW for suspect in foreign):
        parts.append(_tell_reviewer(foreign[0]))
    elif all(suspect.elsewhere for suspect in foreign):
        parts.append(_elsewhere(foreign[0]))
    elif all(suspect.stopped for suspect in foreign):
        parts.append(_take_over(foreign[0]))
    elif attempts >= _patience(foreign, now) and not any(suspect.edited_since for suspect in foreign):
        parts.append(_ask_holder(foreign, attempts))
    else:
        parts.append(_wait(_it(foreign), retry_seconds, quiet))
    return clip("Interlock: " + " ".join(parts), LONGEST)


def _patience(foreign: Sequence[Suspect], now: float) -> int:
    """After how many attempts waiting is over; sooner where nobody has edited the files for long."""
    return (
        ATTEMPTS_BEFORE_ASKING if any(_is_edited(suspect, now) for suspect in foreign) else ATTEMPTS_BEFORE_ASKING - 1
    )


def _is_edited(suspect: Suspect, now: float) -> bool:
    return suspect.last_edit is not None and suspect.last_edit > now - RECENT_SECONDS


def _where(suspect: Suspect, now: float) -> str:
    if suspect.holder == REVIEW:
        return f"{_errors(suspect)} {clip(suspect.path, 160)}; task {clip(suspect.task or '', 60)} waits for review."
    task = f" (task {clip(suspect.task, 60)})" if suspect.task else ""
    who = f"{clip(suspect.holder, 60)}{task}"
    holds = "is editing" if _is_edited(suspect, now) else "holds"
    if suspect.elsewhere:
        return f"{_errors(suspect)} {clip(suspect.path, 160)}, which {who} holds on another machine."
    doing = f"{who} held and {suspect.stopped}" if suspect.stopped else f"{who} {holds}"
    edited = "" if suspect.last_edit is None else f": last edit {_ago(now - suspect.last_edit)} ago"
    since = ", after your last run" if suspect.edited_since else ""
    return f"{_errors(suspect)} {clip(suspect.path, 160)}, which {doing}{edited}{since}."


def _errors(suspect: Suspect) -> str:
    return "The error is in" if len(suspect.lines) == 1 else "The errors are in"


def _nobodys(suspects: Sequence[Suspect], now: float) -> list[str]:
    """Files that nobody holds: who was through with them, and how to get the right to fix them."""
    first = suspects[0]
    where = f"{_errors(first)} {clip(first.path, 160)}, which nobody holds"
    if first.left is not None:
        how = _THROUGH.get(first.left.how, "gave back {}").format(clip(first.left.task, 60))
        where += f": {clip(first.left.holder, 60)} {how} {_ago(now - first.left.at)} ago with the file as it is"
    more = len(suspects) - 1
    return [where + ".", *([f"So are {more} more." if more > 1 else "So is one more."] if more else []), _right(first)]


_THROUGH = {"done": "finished {}", "failed": "gave up {}", "blocked": "set {} aside as blocked"}


def _right(suspect: Suspect) -> str:
    lock = f'lock_resource("path:{clip(suspect.path, 160)}")'
    if suspect.left is not None and suspect.left.status == "todo":
        return f'claim_task(task_id="{clip(suspect.left.task, 60)}") takes the task over; {lock} this file alone.'
    return f"{lock} lets you fix it; if it is more than that, plan a task for it with plan_tasks."


def _more(foreign: Sequence[Suspect]) -> list[str]:
    more = len(foreign) - SHOWN_PATHS
    if more == 1:
        return ["There are errors in 1 more file that somebody else is editing."]
    return [f"There are errors in {more} more files that others are editing."] if more > 0 else []


def _rest(judgement: Judgement) -> str:
    if judgement.own:
        return f"Errors in your own files, for you to fix: {clip(', '.join(judgement.own), 200)}."
    unknown = [suspect.path for suspect in judgement.suspects if suspect.whose == "unknown"]
    if unknown:
        right = f" {_right(judgement.nobodys[0])}" if judgement.nobodys else ""
        return f"Nobody seems to be editing {clip(', '.join(unknown), 200)}.{right}"
    return "There are no errors in your own files."


def _it(foreign: Sequence[Suspect]) -> str:
    return "that file" if len(foreign) == 1 else "those files"


def _wait(it: str, retry_seconds: float, quiet: float | None) -> str:
    if quiet is None:
        return f"Wait {retry_seconds:.0f} s and run the same command again; don't change {it}."
    return (
        f"This answer was delayed until {it} had not changed for {quiet:.0f} s. Run the same command again now; don't "
        f"change {it}."
    )


def _ask_holder(foreign: Sequence[Suspect], attempts: int) -> str:
    asked = [suspect for suspect in foreign if not (suspect.stopped or suspect.elsewhere or suspect.holder == REVIEW)]
    whom = ", ".join(dict.fromkeys(clip(suspect.holder, 60) for suspect in asked))
    return (
        f"This was attempt {attempts}, and the errors were sent to {whom}. Do work that does not need this "
        f"build, or stop and say what you are waiting for; don't change {_it(foreign)}."
    )


def _tell_reviewer(suspect: Suspect) -> str:
    task = clip(suspect.task or "", 60)
    return (
        f'Waiting will not fix it: nobody may change it before it is rejected. update_task("{task}", note=…) tells '
        "its reviewer; do work that does not need this build meanwhile."
    )


def _elsewhere(suspect: Suspect) -> str:
    return (
        f"Nobody edits {clip(suspect.path, 160)} in this checkout, so waiting will not fix it: see whether a newer "
        "commit of the base repairs it. A change of yours there would conflict at the merge; ask with "
        f'send_message(to="{clip(suspect.holder, 60)}").'
    )


def _take_over(suspect: Suspect) -> str:
    if suspect.task is None:
        return (
            f'Waiting will not fix it. lock_resource("path:{clip(suspect.path, 160)}") lets you fix it, if '
            "nobody else holds it."
        )
    return (
        f'Waiting will not fix it. claim_task(task_id="{clip(suspect.task, 60)}") takes over the task and its '
        "scope; until then leave the file alone."
    )


def _ago(seconds: float) -> str:
    seconds = max(seconds, 0.0)
    return f"{seconds:.0f} s" if seconds < 120 else f"{seconds / 60:.0f} min"
