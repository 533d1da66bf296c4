"""After a tool has written: the journal, who edited what and when."""

from __future__ import annotations

import os
import sys

sys.path.insert(0, os.path.dirname(os.path.dirname(os.path.abspath(__file__))))

from hooks.event import failure, io  # noqa: E402  the plugin's folder has to be on the path first
from hooks.event.targets import targets  # noqa: E402
from mcp_server.adapters.host import repository as places  # noqa: E402

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


def main() -> None:
    """Write one event into the journal. The edit has happened, so nothing here can or should stop it."""
    try:
        with failure.deadline(failure.SECONDS):
            respond(io.read_event())
    except Exception as error:  # noqa: BLE001  the journal is a help for others, never a reason to disturb this agent
        print(f"interlock: an edit is not in the journal: {error}", file=sys.stderr)
    io.leave()


def respond(event: dict[str, Any]) -> None:
    """Note the paths that this call wrote, each in the repository it lies in, if that is in use."""
    directory = io.optional_text(event, "cwd") or os.getcwd()
    for path in targets(io.text_of(event, "tool_name"), event.get("tool_input")):
        real = places.real(path, directory)
        repository = places.used_at(real, os.environ.get("CLAUDE_PROJECT_DIR"))
        if repository is not None:
            _note(event, repository, repository.relative(real))


def _note(event: dict[str, Any], repository: places.Repository, path: str) -> None:
    from hooks.event import agents
    from mcp_server import hook_app
    from mcp_server.adapters.host import edit_backups
    from mcp_server.core.agents.register import recognise

    store = hook_app.open_store(repository)
    with store.writing() as books:
        agent = recognise(books, agents.caller(event, repository))
        books.journal.edited(path, agent.id)
    edit_backups.keep(repository, path)


if __name__ == "__main__":
    main()
