"""A session starts: what is missing is set up, the guard is tested, and the agent is registered and briefed."""

from __future__ import annotations

import os
import sys

sys.path.insert(0, os.path.dirname(os.path.dirname(os.path.abspath(__file__))))

from hooks.event import failure, io  # noqa: E402  the plugin's folder has to be on the path first
from hooks.session import quiet_start, titles  # noqa: E402
from mcp_server.adapters.host.repository import repository_of  # noqa: E402

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping

    from hooks.event.event import Event
    from mcp_server.adapters.host.repository import Repository


def answer(given: bytes, environment: Mapping[str, str], started_in: str) -> str:
    """What the agent and the user are told. A failure is shown to the user: a silent guard would be worse than none."""
    try:
        return respond(io.parse(given, environment, started_in))
    except Exception as error:  # noqa: BLE001  the one place where a failure is turned into words
        return io.for_the_user(failure.not_working(error))


def respond(event: Event) -> str:
    """The answer to a session's start."""
    from hooks.session import bootstrap

    repository = repository_of(event.directory, event.project)
    titles.remember(event, event.title)
    notices = bootstrap.notices(event) + _prepare_shells(event, repository)
    with failure.deadline(failure.SECONDS):
        context = _start(event, repository, notices) if repository.in_use else ""
    return _answer(event.name, context, notices)


def _start(event: Event, repository: Repository, notices: list[str]) -> str:
    from hooks.session import registration, self_test

    notices += _settings_trouble(repository) or self_test.trouble(event, repository)
    return registration.begin(event, repository)


def _prepare_shells(event: Event, repository: Repository) -> list[str]:
    """Make sure that the kernel can confine Bash commands; returns what the user should know if that fails."""
    from hooks.bash import shells

    try:
        with failure.deadline(failure.SECONDS):
            shells.prepare(event, repository)
        quiet_start.prepare(event)
    except Exception as error:  # noqa: BLE001  without it, commands are still checked before and after they run
        words = failure.described(error)
        return [f"Bash commands are checked before and after they run, but not confined while they do: {words}."]
    return []


def _settings_trouble(repository: Repository) -> list[str]:
    if not os.path.exists(repository.settings):
        return []
    from mcp_server.adapters.settings.settings_file import SettingsError, read_settings, unknown_settings

    try:
        read_settings(repository.settings)
        unknown = unknown_settings(repository.settings)
    except SettingsError as error:
        return [f"the guard refuses every edit until the settings are fixed: {error}"]
    return [f"{repository.settings} has settings that do not exist: {', '.join(unknown)}"] if unknown else []


def _answer(event_name: str, context: str, notices: list[str]) -> str:
    message = io.for_the_user("Interlock: " + " ".join(notices)) if notices else ""
    if not context:
        return message
    answer = io.answer(event_name, additionalContext=context)
    return answer if not message else message[:-1] + "," + answer[1:]


if __name__ == "__main__":
    io.run(answer)
