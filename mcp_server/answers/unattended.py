"""The answers to `work` and `watch`."""

from __future__ import annotations

from collections.abc import Sequence

from mcp_server.answers.answer import Answer, Part
from mcp_server.core.launch.sessions import Failed
from mcp_server.core.unattended.heartbeat import Beat
from mcp_server.core.unattended.requests import WORDS
from mcp_server.core.unattended.work import Nothing
from mcp_server.domain.text import clip, count
from mcp_server.domain.unattended.outcome import Outcome


class RunPart(Part):
    """One run of a worker: the task, its state now, how the run ended, and what it used."""

    task: str
    title: str
    status: str
    ended: str
    why: str | None = None
    words: str | None = None
    worktree: str | None = None
    turns: int | None = None
    usd: float | None = None
    log: str | None = None
    request: str | None = None
    answer: str | None = None

    @classmethod
    def of(cls, outcome: Outcome) -> RunPart:
        finished = outcome.finished
        return cls(
            task=outcome.task,
            title=outcome.title,
            status=outcome.status,
            ended=finished.how,
            why=finished.why or None,
            words=clip(finished.words, 2_000) or None,
            worktree=outcome.worktree or None,
            turns=finished.turns,
            usd=finished.usd,
            log=finished.log or None,
            request=outcome.request,
            answer=outcome.answer,
        )

    def line(self) -> str:
        """The run in words."""
        used = [
            count(self.turns, "turn") if self.turns is not None else "",
            f"about {self.usd:.2f} USD" if self.usd else "",
        ]
        said = ", ".join(filter(None, used))
        words = f"{self.task} is {WORDS.get(self.status, self.status)}" + (f" ({said})" if said else "")
        why = f": {self.why}" if self.why else ""
        place = f"\n  in {self.worktree}" if self.worktree else ""
        answer = f"\n  the answer to {self.request}: {self.answer}" if self.answer else ""
        return f"{words}{why}{place}{answer}"


class NotStartedPart(Part):
    """A task for which no session could be started, and why."""

    task: str
    reason: str


class WorkAnswer(Answer):
    """Answer of `work`: the runs, the tasks for which nothing could be started, and why it stopped."""

    runs: list[RunPart]
    not_started: list[NotStartedPart]
    stopped: str | None = None
    refused: list[str] = []

    @classmethod
    def of(cls, outcomes: Sequence[Outcome | Failed | Nothing]) -> WorkAnswer:
        nothing = next((each for each in outcomes if isinstance(each, Nothing)), None)
        return cls(
            runs=[RunPart.of(each) for each in outcomes if isinstance(each, Outcome)],
            not_started=[
                NotStartedPart(task=each.task, reason=each.reason) for each in outcomes if isinstance(each, Failed)
            ],
            stopped=nothing.words if nothing else None,
            refused=[task for task, _ in nothing.refused] if nothing else [],
        )

    def line(self) -> str:
        lines = [part.line() for part in self.runs]
        lines += [f"{part.task}: not started. {part.reason}" for part in self.not_started]
        return "\n".join([*lines, *([self.stopped] if self.stopped else [])])


class NeedPart(Part):
    """What needs a person, and the command to type."""

    kind: str
    subject: str
    words: str
    command: str
    since: float


class SilentPart(Part):
    """A holder of whom nothing was heard for a while."""

    agent: str
    subject: str
    words: str


class BeatAnswer(Answer):
    """Answer of `watch`: what one look found and did."""

    needs: list[NeedPart]
    silent: list[SilentPart]
    ended: list[str]
    concluded: list[RunPart]
    ready: int
    requests: int
    started: int
    handed_in: list[str]

    @classmethod
    def of(cls, beat: Beat) -> BeatAnswer:
        return cls(
            needs=[
                NeedPart(kind=each.kind, subject=each.subject, words=each.words, command=each.command, since=each.since)
                for each in beat.needs
            ],
            silent=[SilentPart(agent=each.agent, subject=each.subject, words=each.words) for each in beat.silent],
            ended=beat.ended,
            concluded=[RunPart.of(each) for each in beat.concluded],
            ready=beat.ready,
            requests=beat.waiting,
            started=beat.started,
            handed_in=beat.handed_in,
        )

    def line(self) -> str:
        lines = [f"{part.words}. Type: {part.command}" for part in self.needs]
        lines += [f"{part.agent} holds {part.subject}, {part.words}" for part in self.silent]
        lines += [f"{name} is gone; what it held is free" for name in self.ended]
        lines += [part.line() for part in self.concluded]
        lines += [f"handed in: {path}" for path in self.handed_in]
        waiting = f"{count(self.ready, 'task')} ready, {count(self.requests, 'request')} in the inbox"
        lines.append(waiting + (f", {count(self.started, 'worker')} started" if self.started else ""))
        return "\n".join(lines)


class LinePart(Part):
    """A file or a line of a timer."""

    place: str
    text: str


class TimerAnswer(Answer):
    """Answer of `watch --install` and `--uninstall`: what is or would be written, and what was done."""

    lines: list[LinePart]
    done: str | None = None
    remark: str | None = None

    def line(self) -> str:
        shown = [part.text if part.place == "crontab" else f"# {part.place}\n{part.text}" for part in self.lines]
        return "\n".join(filter(None, [*shown, self.done, self.remark]))
