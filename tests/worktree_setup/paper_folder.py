"""A checkout on paper, for the reading of what it lacks."""

from __future__ import annotations

import json
from collections.abc import Mapping

from mcp_server.domain.settings import WorktreeSettings
from mcp_server.domain.setup_step import Step
from mcp_server.worktree_setup.plan import plan


class Paper:
    """Files by their paths, all of them under version control but those in `brought`."""

    def __init__(self, files: Mapping[str, object]) -> None:
        self._brought: dict[str, str] = {}
        self._files = {path: text if isinstance(text, str) else json.dumps(text) for path, text in files.items()}

    def with_brought(self, files: Mapping[str, object]) -> Paper:
        """The same checkout with what a tool put into it."""
        twin = Paper(self._files)
        twin._brought = {path: text if isinstance(text, str) else json.dumps(text) for path, text in files.items()}
        return twin

    def is_file(self, path: str) -> bool:
        """Whether this is a file."""
        return path in self._files or path in self._brought

    def is_folder(self, path: str) -> bool:
        """Whether this is a folder."""
        return any(file.startswith(path + "/") for file in (*self._files, *self._brought))

    def text(self, path: str) -> str:
        """A text file, or nothing."""
        return str({**self._files, **self._brought}.get(path, ""))

    def names(self, path: str) -> list[str]:
        """What lies in a folder."""
        above = f"{path}/" if path else ""
        inside = (file[len(above) :] for file in (*self._files, *self._brought) if file.startswith(above))
        return sorted({file.split("/")[0] for file in inside})

    def tracked(self, names: tuple[str, ...]) -> list[str]:
        """The files under version control that are called so."""
        return sorted(file for file in self._files if file.rpartition("/")[2] in names)


def planned(source: Paper | None, new: Paper, **wanted: object) -> list[Step]:
    """The steps for a new checkout."""
    return plan(source, new, WorktreeSettings()._replace(**wanted))  # type: ignore[arg-type]  # named by the tests


def commands(source: Paper | None, new: Paper, **wanted: object) -> list[str]:
    """What would be run, or is fallen back on."""
    return [" ".join(step.command) for step in planned(source, new, **wanted) if step.command]
