"""The answers to importing and exporting hand-overs as files."""

from __future__ import annotations

from mcp_server.answers.answer import Answer, Part
from mcp_server.core.shared_state.handovers import Imported


class LeftPart(Part):
    """A file that was not imported, and why."""

    file: str
    why: str


class ImportedAnswer(Answer):
    """Answer of `interlock inbox import`."""

    imported: list[str]
    completed: list[str]
    left: list[LeftPart]

    @classmethod
    def of(cls, imported: Imported) -> ImportedAnswer:
        return cls.model_validate(imported)

    def line(self) -> str:
        said = f"{len(self.imported)} imported, {len(self.completed)} completed."
        return said + "".join(f"\n{part.file} not imported: {part.why}" for part in self.left)


class ExportedAnswer(Answer):
    """Answer of `interlock inbox export`."""

    written: list[str]

    @classmethod
    def of(cls, written: tuple[str, ...]) -> ExportedAnswer:
        return cls(written=list(written))

    def line(self) -> str:
        return "\n".join(self.written) or "No messages."
