"""The answer to a fresh start: the brief, and the session that was started with it."""

from __future__ import annotations

from mcp_server.answers.answer import Answer, Part
from mcp_server.answers.launch import LaunchAnswer
from mcp_server.answers.tasks import NotePart, TaskPart
from mcp_server.core.off_track.brief import Brief
from mcp_server.ports import Track


class TrackPart(Part):
    """What was done again and again: a `failure` (command, first line of its error), a `return` (path), a `correction`;
    or too many `tokens`.
    """

    agent: str
    kind: str
    subject: str | None = None
    detail: str | None = None
    total: int

    @classmethod
    def of(cls, track: Track) -> TrackPart:
        said = {"subject": track.subject or None, "detail": track.detail or None}
        return cls.model_validate({**track._asdict(), **said})


class RestartAnswer(Answer):
    """Answer of `interlock restart`. `brief` is the whole text; `launched` what came of starting a session with it."""

    task: TaskPart
    holder: str | None = None
    brief: str
    notes: list[NotePart]
    tracks: list[TrackPart]
    refused: list[str]
    launched: LaunchAnswer | None = None

    @classmethod
    def of(cls, brief: Brief, launched: LaunchAnswer | None = None) -> RestartAnswer:
        return cls(
            task=TaskPart.model_validate(brief.task),
            holder=brief.holder,
            brief=brief.text,
            notes=[NotePart.model_validate(note) for note in brief.notes],
            tracks=[TrackPart.of(track) for track in brief.tracks],
            refused=list(brief.refused),
            launched=launched,
        )

    def line(self) -> str:
        if self.launched is not None:
            return self.launched.line()
        held = f"\n\n{self.holder} holds it: interlock release {self.task.id} --force frees it." if self.holder else ""
        return self.brief + held
