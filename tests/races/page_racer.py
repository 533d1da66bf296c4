"""Processes that write the page of the shared state at once: agents, a person who saves in two ways, a reader.

    python -m tests.races.page_racer PART STATE_FILE ROOT NAME TIMES

It prints `ready`, waits for a line on its input, and ends with one line of JSON.
"""

from __future__ import annotations

import json
import os
import random
import sys
from collections.abc import Callable
from pathlib import Path

from mcp_server.adapters.text_files.state_page_file import StatePageFile
from mcp_server.core.shared_state import handovers, sync
from mcp_server.state_page.page import read_page
from tests.races.racer import enter, finish, wait_for_the_word


def state_page(file: Path, root: Path) -> StatePageFile:
    """The page."""
    return StatePageFile(str(root), str(file.parent), lambda: None)


def agent(file: Path, root: Path, name: str, times: int) -> list[str]:
    """Write learnings and a status, again and again; what can't be shown now is shown with the next."""
    place = enter(file)._replace(page=state_page(file, root))
    own = finish(place, name)
    wait_for_the_word()
    said = []
    for number in range(times):
        said.append(f"{name} learned {number}.")
        sync.write_state(place, own, "learning", said[-1])
        sync.write_state(place, own, "status", f"{name} is at {number}.")
    return said


def person(file: Path, root: Path, name: str, times: int) -> list[str]:  # noqa: ARG001  as the others
    """Put lines of one's own anywhere in the third section, and save by rename."""
    page = root / "SHARED_MIND.md"
    chance = random.Random(name)  # noqa: S311  no secret
    wait_for_the_word()
    said = []
    for number in range(times):
        seen = page.read_text(encoding="utf-8")
        lines = list(read_page(seen).lines)
        at = chance.randrange(lines.index("## Learned\n") + 1, len(lines) + 1)
        words = f"{name} knows {number}."
        lines.insert(at, chance.choice(("- {}\n", "{}\n", "\n{}\n\n", "> {}\n")).format(words))
        saved = page.with_suffix(f".{name}")
        saved.write_text("".join(lines), encoding="utf-8")
        os.replace(saved, page)  # noqa: PTH105  as an editor does
        said.append(words)
    return said


def reader(file: Path, root: Path, name: str, times: int) -> int:  # noqa: ARG001  as the others
    """Read the page all the time; it is never torn, and never away."""
    page = root / "SHARED_MIND.md"
    wait_for_the_word()
    seen, is_over = 0, False
    while not is_over:
        is_over = (root / "over").exists()
        text = page.read_text(encoding="utf-8")
        assert text.startswith("# Shared mind\n"), text[:80]
        assert read_page(text).version is not None, text[-80:]
        seen += 1
    return seen


def job(file: Path, root: Path, name: str, times: int) -> list[str]:
    """Take hand-overs in, as a cron job does."""
    from mcp_server.adapters.text_files.handover_folder import FileHandovers

    place = enter(file)
    own = finish(place, name)
    folder = FileHandovers(root / "coordination", file.parent)
    wait_for_the_word()
    return [taken for _ in range(times) for taken in handovers.import_files(place, own, folder).imported]


PARTS: dict[str, Callable[[Path, Path, str, int], object]] = {
    part.__name__: part for part in (agent, person, reader, job)
}

if __name__ == "__main__":
    print(json.dumps(PARTS[sys.argv[1]](Path(sys.argv[2]), Path(sys.argv[3]), sys.argv[4], int(sys.argv[5]))))
