"""How often something runs: the words of a person, and of the programs that start it."""

from __future__ import annotations

import re
from typing import NamedTuple

from mcp_server.domain.errors import Misuse, shown

_EVERY = re.compile(r"(\d{1,4})\s*(m|min|h)")


class Every(NamedTuple):
    """An interval in whole minutes, one that divides an hour or a day: then every run is at the same times."""

    minutes: int

    @property
    def cron(self) -> str:
        """The five fields of a crontab."""
        if self.minutes < 60:
            return f"*/{self.minutes} * * * *" if self.minutes > 1 else "* * * * *"
        hours = self.minutes // 60
        return "0 0 * * *" if hours == 24 else "0 * * * *" if hours == 1 else f"0 */{hours} * * *"

    @property
    def systemd(self) -> str:
        """A span as systemd writes it."""
        return f"{self.minutes}min"


def every(text: str) -> Every:
    """The interval that a person means by `5m` or `2h`; refuses (Misuse) what neither program can do alike."""
    found = _EVERY.fullmatch(text.strip().lower())
    minutes = int(found[1]) * (60 if found[2] == "h" else 1) if found else 0
    whole_hours, rest = divmod(minutes, 60)
    fits = 60 % minutes == 0 if 0 < minutes < 60 else minutes > 0 and rest == 0 and 24 % whole_hours == 0
    if not fits:
        raise Misuse(f"--every must divide an hour or a day (1m, 5m, 15m, 30m, 1h, 6h, 24h), not {shown(text)}")
    return Every(minutes)
