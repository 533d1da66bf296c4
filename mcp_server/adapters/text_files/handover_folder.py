"""Hand-overs as files: new ones are in `for_NAME/`, imported ones in `in_progress/`, finished ones in `completed/`."""

from __future__ import annotations

import os
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path

from mcp_server.adapters.text_files.arrived_text import text_or_trouble
from mcp_server.adapters.text_files.page_lock import page_lock
from mcp_server.domain.messages import Arrival

LOCK = "coordination.lock"
FOR = "for_"
ENDINGS = (".md", ".txt", ".markdown", ".yaml", ".yml", "")


class FileHandovers:
    """One folder of hand-overs. Whatever it moves or writes, it overwrites nothing."""

    def __init__(self, root: Path, state: Path) -> None:
        self._root = root
        self._state = state

    def locked(self) -> AbstractContextManager[object]:
        """Keep other processes of Interlock from the folder; where it is not in use there are none."""
        return page_lock(str(self._state / LOCK)) if self._state.is_dir() else nullcontext()

    def readers(self) -> list[str]:
        if not self._root.is_dir():
            return []
        folders = [entry.name for entry in os.scandir(self._root) if entry.is_dir(follow_symlinks=False)]
        return sorted(name[len(FOR) :] for name in folders if name.startswith(FOR) and name != FOR)

    def arrivals(self) -> list[Arrival]:
        """What lies in these folders, oldest name first; files that are hidden, as in the making, are passed over."""
        return [
            self._arrival(reader, name)
            for reader in self.readers()
            for name in sorted(os.listdir(self._root / f"{FOR}{reader}"))
            if not name.startswith((".", "#")) and os.path.splitext(name)[1].lower() in ENDINGS
        ]

    def has(self, folder: str, name: str) -> bool:
        """Whether this file is there."""
        return os.path.lexists(self._root / folder / name)

    def free_name(self, folder: str, name: str) -> str:
        """`name`, or with a number what nothing there is called yet."""
        stem, ending = os.path.splitext(name)
        number = 1
        while self.has(folder, name):
            number += 1
            name = f"{stem}-{number}{ending}"
        return name

    def move(self, source: str, name: str, folder: str, new_name: str) -> str | None:
        """Move a file to another folder, where nothing is overwritten; its name there, None when it is gone."""
        (self._root / folder).mkdir(exist_ok=True)
        while True:
            new_name = self.free_name(folder, new_name)
            try:
                os.link(self._root / source / name, self._root / folder / new_name, follow_symlinks=False)
            except FileExistsError:
                continue
            except FileNotFoundError:
                return None
            except OSError:  # a file system without hard links
                return self._rename(source, name, folder, new_name)
            os.unlink(self._root / source / name)
            return new_name

    def write(self, reader: str, name: str, text: str) -> None:
        """Put a file into a reader's folder, all at once; what is there already stays."""
        folder = self._root / f"{FOR}{reader}"
        folder.mkdir(parents=True, exist_ok=True)
        draft = folder / f".{name}.{os.getpid()}"
        draft.write_text(text, encoding="utf-8")
        try:
            if not self.has(folder.name, name):
                os.replace(draft, folder / name)
        finally:
            draft.unlink(missing_ok=True)

    def _rename(self, source: str, name: str, folder: str, new_name: str) -> str | None:
        try:
            os.rename(self._root / source / name, self._root / folder / new_name)
        except FileNotFoundError:
            return None
        return new_name

    def _arrival(self, reader: str, name: str) -> Arrival:
        return Arrival(reader, name, *text_or_trouble(self._root / f"{FOR}{reader}" / name))
