"""The ways to notify a person that the settings name."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from mcp_server.adapters.notify.terminal import Terminal
from mcp_server.domain.settings import NotifySettings
from mcp_server.ports import Notifier


def ways_of(
    wanted: NotifySettings, repository: str, environment: Mapping[str, str], terminals: Sequence[Terminal] = ()
) -> list[Notifier]:
    """Each way once; what only one of them needs is not loaded for the others."""
    ways: list[Notifier] = list(terminals) if wanted.terminal else []
    if wanted.desktop or wanted.command or wanted.apprise:
        from mcp_server.adapters.notify.programs import Apprise, Command, Desktop

        ways += [Desktop(repository, environment)] if wanted.desktop else []
        ways += [Command(wanted.command, repository, environment)] if wanted.command else []
        ways += [Apprise(wanted.apprise, repository, environment)] if wanted.apprise else []
    if wanted.webhook:
        from mcp_server.adapters.notify.webhook import Webhook

        ways.append(Webhook(wanted.webhook, repository))
    return ways
