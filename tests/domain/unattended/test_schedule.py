"""How often: the same moments for cron and for systemd."""

from __future__ import annotations

import pytest

from mcp_server.domain.errors import Misuse
from mcp_server.domain.unattended.schedule import every


@pytest.mark.parametrize(
    ("words", "cron", "systemd"),
    [
        ("1m", "* * * * *", "1min"),
        ("5m", "*/5 * * * *", "5min"),
        ("15 min", "*/15 * * * *", "15min"),
        ("1h", "0 * * * *", "60min"),
        ("60m", "0 * * * *", "60min"),
        ("6H", "0 */6 * * *", "360min"),
        ("24h", "0 0 * * *", "1440min"),
    ],
)
def test_an_interval_as_each_program_writes_it(words: str, cron: str, systemd: str) -> None:
    assert (every(words).cron, every(words).systemd) == (cron, systemd)


@pytest.mark.parametrize("words", ["", "5", "0m", "7m", "90m", "5h", "48h", "5s", "-5m", "five"])
def test_what_cron_cannot_do_evenly_is_refused(words: str) -> None:
    with pytest.raises(Misuse, match="must divide an hour or a day"):
        every(words)
