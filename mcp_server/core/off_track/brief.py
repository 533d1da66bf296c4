"""The brief for a fresh start: what a task asks for, what was noted and failed, and what not to try again."""

from __future__ import annotations

from typing import NamedTuple

from mcp_server.core.leases.obstacles import existing, lease_of
from mcp_server.core.workplace import Workplace
from mcp_server.domain.messages import Checkpoint
from mcp_server.domain.task import Task
from mcp_server.domain.text import clip, stamp
from mcp_server.ports import Track

NOTES, REFUSED, MOST = 10, 10, 10
LONGEST = 6_000
LONGEST_NOTE = 600


class Brief(NamedTuple):
    """What whoever starts afresh should know. `holder`: who holds the task now."""

    task: Task
    holder: str | None
    notes: tuple[Checkpoint, ...]
    tracks: tuple[Track, ...]
    refused: tuple[str, ...]

    @property
    def failures(self) -> list[Track]:
        """The commands that failed, the latest last."""
        return [track for track in self.tracks if track.kind == "failure"][-MOST:]

    @property
    def text(self) -> str:
        """The brief as a session is given it."""
        task = self.task
        parts = [
            f"# {task.id}: {task.title}",
            *([f"Done when: {task.done_when}"] if task.done_when else []),
            f"You may write: {', '.join(task.scope) or 'nothing (reading only)'}",
            *_listed("What was noted", [_noted(note) for note in self.notes]),
            *_listed("What failed", [_failed(track) for track in self.failures]),
            *_listed("What not to try again", _not_again(self)),
        ]
        return clip("\n".join(parts), LONGEST)


def brief_of(place: Workplace, task_id: str) -> Brief:
    """The brief for a task; refuses an unknown one."""
    with place.store.reading() as books:
        task = existing(books, task_id)
        lease = lease_of(books, task)
        return Brief(
            task,
            lease.holder_name if lease is not None and lease.is_live(books.now) else None,
            tuple(books.tasks.notes(task.seq, NOTES)),
            tuple(books.tracks.of_task(task.id)),
            tuple(books.tracks.refused_on(task.id, REFUSED)),
        )


def _listed(heading: str, lines: list[str]) -> list[str]:
    return ["", f"## {heading}", *(f"- {line}" for line in lines)] if lines else []


def _noted(note: Checkpoint) -> str:
    return f"{note.author}, {stamp(note.at)}: {clip(' '.join(note.text.split()), LONGEST_NOTE)}"


def _failed(track: Track) -> str:
    return f"`{track.subject}`, {_times(track.total)}" + (f": {track.detail}" if track.detail else "")


def _not_again(brief: Brief) -> list[str]:
    again = [
        f"Running `{track.subject}` as it is: it failed {_times(track.total)} in the same way."
        for track in brief.failures
        if track.total > 1
    ]
    again += [
        f"Going back and forth in {track.subject}: it was what it had been before, {_times(track.total)}."
        for track in brief.tracks
        if track.kind == "return"
    ]
    again += [f"What the user corrected: {track.detail}" for track in brief.tracks if track.kind == "correction"][
        -MOST:
    ]
    if brief.refused:
        again.append(f"Writing outside the scope: {', '.join(brief.refused)}. Widen it first, if the task needs that.")
    return again


def _times(number: int) -> str:
    return "once" if number == 1 else f"{number} times"
