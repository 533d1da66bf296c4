"""The answer to reading a failed command's output: the files with errors, and whose they are."""

from __future__ import annotations

from typing import Literal

from mcp_server.answers.answer import Part, Time


class ForeignFile(Part):
    """A file with errors that somebody else holds or is editing."""

    path: str
    holder: str
    task: str | None
    last_edit: Time | None


class DiagnosisAnswer(Part):
    """Whose files the errors are in. `tool` reported them, if known; no `advice` when none is foreign."""

    tool: str | None
    error_files: list[str]
    foreign: list[ForeignFile]
    own: list[str]
    verdict: Literal["own", "foreign", "mixed", "unknown"]
    advice: str
