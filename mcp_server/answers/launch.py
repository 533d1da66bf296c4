"""The answers to starting and ending sessions for tasks."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

from mcp_server.answers.answer import Answer, Part
from mcp_server.core.launch.launch import NotLaunched, Report
from mcp_server.core.launch.sessions import Failed, Launched, SessionState, Stopped
from mcp_server.domain.text import count

State = Literal["working", "waiting", "ended", "printed"]
WAITS = (
    "it has not reported yet: see `interlock attach {task}`. It may be asking whether to trust its folder, or be "
    "running without Interlock's plugin."
)


class SessionPart(Part):
    """A session that runs for a task; `anew` is False for one that ran before."""

    task: str
    name: str
    worktree: str
    way: str
    place: str | None
    session: str | None
    anew: bool
    state: State
    words: str | None = None

    @classmethod
    def of(cls, launched: Launched, running: SessionState) -> SessionPart:
        launch = launched.launch
        state: State = "printed" if launch.way == "print" and running == "waiting" else running
        words = launched.words if state == "printed" else WAITS.format(task=launch.task) if state == "waiting" else None
        return cls.model_validate({**launch._asdict(), "anew": launched.anew, "state": state, "words": words or None})


class NotLaunchedPart(Part):
    """A task for which no session was started, and why; `failed` when it could have been claimed."""

    task: str
    reason: str
    advice: str
    failed: bool = False

    @classmethod
    def of(cls, one: NotLaunched) -> NotLaunchedPart:
        if isinstance(one.outcome, Failed):
            return cls(task=one.task, reason="failed", advice=one.outcome.reason, failed=True)
        return cls(task=one.task, reason=one.outcome.reason, advice=one.outcome.advice)


class LaunchAnswer(Answer):
    """Answer of `launch`."""

    sessions: list[SessionPart]
    not_launched: list[NotLaunchedPart]

    @classmethod
    def of(cls, report: Report) -> LaunchAnswer:
        return cls(
            sessions=[SessionPart.of(launched, state) for launched, state in report.sessions],
            not_launched=[NotLaunchedPart.of(one) for one in report.not_launched],
        )

    def line(self) -> str:
        lines = [_said(part) for part in self.sessions]
        lines += [f"{part.task}: not started. {part.advice}" for part in self.not_launched]
        return "\n".join(lines) or "No task is ready: nothing was started."


def _said(part: SessionPart) -> str:
    if part.state == "printed":
        return f"{part.task}: its worktree and its claim are ready for this command:\n{part.words}"
    ways = {"tmux": f"in pane {part.place}", "work": "in the foreground of a worker"}
    where = ways.get(part.way, f"in the background as {part.place}")
    how = "runs" if part.anew else "was running already"
    state = {"working": "", "waiting": f", but {part.words}", "ended": ", and has ended"}[part.state]
    door = f"; `interlock attach {part.task}` shows it" if part.state == "working" and part.way != "work" else ""
    return f"{part.task}: {part.name} {how} {where}, in {part.worktree}{door}{state}"


class StoppedPart(Part):
    """A session that was ended, and what is left of it."""

    task: str
    name: str
    worktree: str
    had_begun: bool
    uncommitted: int | None

    @classmethod
    def of(cls, stopped: Stopped) -> StoppedPart:
        return cls.model_validate({**stopped.launch._asdict(), **stopped._asdict()})


class StopAnswer(Answer):
    """Answer of `stop`."""

    stopped: list[StoppedPart]
    not_running: list[str]

    @classmethod
    def of(cls, stopped: Sequence[Stopped], not_running: Sequence[str]) -> StopAnswer:
        return cls(stopped=[StoppedPart.of(each) for each in stopped], not_running=list(not_running))

    def line(self) -> str:
        lines = [_left(part) for part in self.stopped]
        lines += [f"{task}: no session that was launched for it runs" for task in self.not_running]
        return "\n".join(lines) or "No session that was launched runs."


def _left(part: StoppedPart) -> str:
    begun = "has ended" if part.had_begun else "had not started; its claim was given back"
    if not part.worktree:
        return f"{part.task}: {part.name} {begun}"
    left = f"with {count(part.uncommitted or 0, 'uncommitted file')}"
    return f"{part.task}: {part.name} {begun}. Its worktree {part.worktree} is still there, {left}"
