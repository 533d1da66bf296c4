"""Before a tool call: may it write what it would write, and who is calling Interlock's own tools?

Standard library only, and on the hot path: in a repository that does not use Interlock nothing more is loaded than
what finds that out.
"""

from __future__ import annotations

import os
import sys

sys.path.insert(0, os.path.dirname(os.path.dirname(os.path.abspath(__file__))))

from hooks.event import failure, io  # noqa: E402  the plugin's folder has to be on the path first
from hooks.event.targets import is_own, targets  # noqa: E402
from mcp_server.adapters.host import repository as places  # noqa: E402

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from mcp_server.domain.decision import Decision


def main() -> None:
    """Answer one event: a refusal, a warning, or nothing at all; never a permission."""
    event: dict[str, Any] = {}
    try:
        with failure.deadline(failure.SECONDS):
            event = io.read_event()
            output = respond(event)
    except BaseException as error:  # noqa: BLE001  the one place where a broken guard is turned into an answer
        output = failure.refusal(event, error)
    io.leave(output)


def respond(event: dict[str, Any]) -> str:
    """The answer to one event, empty when there is nothing to say."""
    tool = io.text_of(event, "tool_name")
    if is_own(tool):
        from hooks.event import announce

        return announce.announce(event, tool)
    if tool == "Bash":
        return _before_bash(event)
    found = [_located(event, path) for path in targets(tool, event.get("tool_input"))]
    inside = [(repository, path) for repository, path in found if repository is not None]
    return _guard(event, inside) if inside else ""


def _before_bash(event: dict[str, Any]) -> str:
    """The repository is that in which the command starts; one that starts elsewhere may still write in the project."""
    project = os.environ.get("CLAUDE_PROJECT_DIR")
    directory = os.path.realpath(io.optional_text(event, "cwd") or os.getcwd())
    repository = places.used_at(directory, project)
    if repository is None and project:
        repository = places.used_at(os.path.realpath(project), project)
    if repository is None:
        return ""
    from hooks.bash import before

    return before.answer(event, repository, directory)


def _located(event: dict[str, Any], path: str) -> tuple[places.Repository | None, str]:
    real = places.real(path, io.optional_text(event, "cwd") or os.getcwd())
    return places.used_at(real, os.environ.get("CLAUDE_PROJECT_DIR")), real


def _guard(event: dict[str, Any], inside: list[tuple[places.Repository, str]]) -> str:
    from mcp_server.adapters.settings.mode import mode_override

    refused: Decision | None = None
    mode = "off"
    for repository, path in inside:
        if mode_override(repository.state) == "off":
            continue
        decision, mode = _decide(event, repository, repository.relative(path))
        if not decision.allowed:
            refused = decision
            break
    if refused is None:
        return ""
    if mode == "warn":
        return io.answer("PreToolUse", additionalContext=f"Interlock (mode warn, not blocked): {refused.reason}")
    return io.deny(refused.reason)


def _decide(event: dict[str, Any], repository: places.Repository, path: str) -> tuple[Decision, str]:
    from mcp_server import hook_app
    from mcp_server.adapters.sqlite.light import begin_writing
    from mcp_server.core.guard import paths

    own, parent = io.signs(event)
    connection, book = hook_app.open_guard(repository)
    connection.execute("BEGIN")
    rights = book.rights(own, parent)
    ground = hook_app.ground(repository, io.optional_text(event, "cwd") or os.getcwd())
    [decision] = paths.judge(book, rights, [path], ground)
    connection.execute("COMMIT")
    try:
        if not decision.allowed or book.is_due(rights.family):
            begin_writing(connection)
            paths.record(book, rights, [decision])
            connection.execute("COMMIT")
    except connection.OperationalError:
        pass  # the decision stands even when it cannot be written down: a full disk, a busy writer
    return decision, book.policy().mode


if __name__ == "__main__":
    main()
