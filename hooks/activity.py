"""After a step, a prompt or a stop: the agent is at work, so its leases go on. On the hot path."""

from __future__ import annotations

import os
import sys

sys.path.insert(0, os.path.dirname(os.path.dirname(os.path.abspath(__file__))))

from hooks import _failure, _wire  # noqa: E402  the plugin's folder has to be on the path first
from mcp_server.adapters import places  # noqa: E402


def main() -> None:
    """Renew the leases of the agent that the event is about, in its session's repository."""
    try:
        with _failure.deadline(_failure.SECONDS):
            respond(_wire.read_event())
    except Exception as error:  # noqa: BLE001  a missed renewal is made up for by the next step
        print(f"interlock: the leases were not renewed: {error}", file=sys.stderr)
    _wire.leave()


def respond(event: dict[str, object]) -> None:
    """Renew; in a repository that is not in use, and for an agent that was never seen, there is nothing to renew."""
    directory = os.path.realpath(_wire.optional_text(event, "cwd") or os.getcwd())
    repository = places.used_at(directory, os.environ.get("CLAUDE_PROJECT_DIR"))
    if repository is None:
        return
    from mcp_server import hook_app
    from mcp_server.adapters.light_sqlite import begin_writing

    own, parent = _wire.signs(event)
    connection, book = hook_app.open_guard(repository)
    standing = book.standing(own, parent)
    if standing.family and book.is_due(standing.family):
        begin_writing(connection)
        book.touch(standing.family)
        connection.execute("COMMIT")


if __name__ == "__main__":
    main()
