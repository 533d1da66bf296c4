"""Delegation: a command of the settings is given what is new, and may hand in a request for a worker."""

from __future__ import annotations

import json
from collections.abc import Sequence

from mcp_server.core.workplace import Workplace
from mcp_server.domain.oversight.need import Need
from mcp_server.ports import CommandLines, RequestFolder

SECONDS = 300.0


def triage(
    place: Workplace, commands: CommandLines, folder: RequestFolder, needs: Sequence[Need]
) -> tuple[list[str], str | None]:
    """Give the command each need once; the requests that it handed in, and why it failed if it did.

    That a need was given is recorded before the command is started: one that is killed is not started again for it.
    """
    command = place.settings().work.triage
    if command is None or not needs:
        return [], None
    with place.store.writing() as books:
        fresh = [need for need in needs if books.attention.notify_once(f"triage {need.cause}")]
        number = int(books.now * 1000)
    if not fresh:
        return [], None
    text = json.dumps([need._asdict() for need in fresh], ensure_ascii=False) + "\n"
    finished = commands.run(command, text, SECONDS, {})
    if finished.how != "ended":
        return [], f"the command for triage failed: {finished.why}"
    return ([folder.hand_in(f"triage-{number}.md", finished.words)] if finished.words.strip() else []), None
