"""After a Bash call: what did it change that its agent may not write? Both sides are told; nothing is put back.

And has it moved a branch, so that others can't be merged with it any more?

Only commands that the kernel held or that may write were noted when they began; after others there is nothing to do.
"""

from __future__ import annotations

import os
import sys

sys.path.insert(0, os.path.dirname(os.path.dirname(os.path.abspath(__file__))))

from hooks.event import failure, io  # noqa: E402  the plugin's folder has to be on the path first
from mcp_server.adapters.host import repository as places  # noqa: E402

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

    from mcp_server.domain.activity import Command
    from mcp_server.hook_app import Desk


def main() -> None:
    """Answer one event with what was damaged and what the kernel refused, or not at all: the call has been made."""
    output = ""
    try:
        with failure.deadline(failure.SECONDS):
            event = io.read_event()
            output = respond(event)
            find_conflicts(event)
    except Exception as error:  # noqa: BLE001  a look that fails must not disturb the agent's work
        print(f"interlock: what the command changed was not looked at: {error}", file=sys.stderr)
    io.leave(output)


def respond(event: dict[str, Any]) -> str:
    """What the agent is told of the command it ran; nothing for one that only read."""
    call_id = io.text_of(event, "tool_use_id")
    for repository in _repositories(event):
        from mcp_server import hook_app

        desk = hook_app.Desk(repository)
        if desk.commands.is_running(call_id):
            return _ended(event, repository, desk, call_id)
    return ""


def find_conflicts(event: dict[str, Any]) -> None:
    """If the command moved the HEAD of a checkout, see which branches can't be merged any more: agents are told."""
    for repository in _repositories(event):
        if os.path.isdir(os.path.join(os.path.dirname(repository.state), "worktrees")):
            from hooks.session import head_moved

            head_moved.look(repository)


def _repositories(event: dict[str, Any]) -> Iterator[places.Repository]:
    """Those in use in which the command may have been noted: a `cd` may have led elsewhere since."""
    project = os.environ.get("CLAUDE_PROJECT_DIR")
    seen: set[str] = set()
    for directory in (io.optional_text(event, "cwd") or os.getcwd(), project):
        repository = places.used_at(os.path.realpath(directory), project) if directory else None
        if repository is not None and repository.state not in seen:
            seen.add(repository.state)
            yield repository


def _ended(event: dict[str, Any], repository: places.Repository, desk: Desk, call_id: str) -> str:
    from mcp_server.adapters.sqlite.light import begin_writing

    begin_writing(desk.connection)
    command = desk.commands.ended(call_id)
    desk.connection.execute("COMMIT")
    if command is None:
        return ""
    repository = places.Repository(command.root, repository.state, repository.main)
    said = _told(event, repository, desk, command, call_id)
    if not said:
        return ""
    return io.answer(io.text_of(event, "hook_event_name"), additionalContext="\n".join(said))


def _told(
    event: dict[str, Any], repository: places.Repository, desk: Desk, command: Command, call_id: str
) -> list[str]:
    said: list[str] = []
    held = None
    if command.confined:
        from hooks.bash import sandboxed

        held = sandboxed.ended(event, repository, call_id)
        said += sandboxed.refusals(event, repository, desk, held.cwd) if held is not None else []
    if command.may_write:
        from hooks.bash import damage

        said += damage.told(event, repository, desk, command, held)
    return said


if __name__ == "__main__":
    main()
