"""The time, and how much of it has passed for this machine."""

from __future__ import annotations

from time import monotonic, time


class SystemClock:
    """The time of this machine."""

    def __call__(self) -> float:
        """Seconds since 1970, as this machine has them."""
        return time()

    def tick(self) -> tuple[str, float]:
        """Which clock counts, this boot's, and its seconds: they stand still while the machine is suspended.

        A clock that claims more than the machine has been up, as one that was set for this process alone, is not
        believed.
        """
        from mcp_server.adapters.host.processes import machine  # most hooks need no more than the time

        return machine(), min(monotonic(), _uptime())


def _uptime() -> float:
    try:
        with open("/proc/uptime", encoding="utf-8") as handle:
            return float(handle.read().split()[0])
    except (OSError, ValueError, IndexError):
        return float("inf")


system_clock = SystemClock()
