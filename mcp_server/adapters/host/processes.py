"""Which processes of this host live: a process is its id, its start time and the place its id counts in."""

from __future__ import annotations

import os

TYPE_CHECKING = False
if TYPE_CHECKING:
    from mcp_server.domain.agent import Process


class HostProcesses:
    """The processes of this host, read from `/proc` where there is one, else from `ps`."""

    def identify(self, pid: int) -> Process | None:
        from mcp_server.domain.agent import Process  # a hook that only looks does not need it

        started = _started(pid)
        return None if started is None else Process(_host(), pid, started)

    def state(self, process: Process) -> str:
        """`LIVES` or `GONE`; `UNSEEN` for one of another host or another set of process ids.

        One of an earlier boot of this machine is gone, whatever has its id now.
        """
        from mcp_server.domain.presence import (
            GONE,
            LIVES,
            UNSEEN,
            was_restarted,
        )  # loaded by whoever asks on a hot path

        host, pid, started = process
        if host == _host():
            return LIVES if _started(pid) == started else GONE
        return GONE if was_restarted(host, _host()) else UNSEEN

    def is_gone(self, process: Process) -> bool:
        """Whether it has provably ended; False for a process of another host, of which nothing is known."""
        from mcp_server.domain.presence import GONE

        return self.state(process) == GONE

    def children(self, process: Process) -> list[tuple[str, float]]:
        """The command line of each child of a process that lives, and for how many seconds it has run."""
        from mcp_server.adapters.host import children

        return children.of(process[1])

    def is_asking(self, process: Process) -> bool | None:
        """Whether a client waits for its user, as it says itself; None when that can't be known."""
        from mcp_server.adapters.host import client_status

        return client_status.is_asking(process[1], process[2])


_known: list[str] = []


def machine() -> str:
    """This machine and this boot: what its clock counts from."""
    return "/".join(_host().split("/")[:2])


def _host() -> str:
    """This machine, this boot, this set of process ids; read once."""
    if not _known:
        _known.append(_read_host())
    return _known[0]


def _read_host() -> str:
    """This machine, this boot, this set of process ids: in a container the same id is another process."""
    parts = [os.uname().nodename.replace("/", "-") + _machine_id()]
    for source in ("/proc/sys/kernel/random/boot_id", "/proc/self/ns/pid"):
        try:
            parts.append(os.readlink(source) if source.endswith("pid") else _read(source).strip())
        except OSError:
            continue
    return "/".join(parts)


def _machine_id() -> str:
    """What tells this machine from another one of the same name."""
    try:
        return ":" + _read("/etc/machine-id").strip()[:12]
    except OSError:
        return ""


def _started(pid: int) -> str | None:
    if os.path.isdir("/proc/self"):
        return _started_by_proc(pid)
    return _started_by_ps(pid)


def _started_by_proc(pid: int) -> str | None:
    try:
        stat = _read(f"/proc/{pid}/stat")
    except OSError:
        return None
    # proc(5): the name in parentheses may hold anything; after it comes the state (3), and the start time is field 22.
    fields = stat.rpartition(")")[2].split()
    return None if fields[0] in ("Z", "X") else fields[19]


def _started_by_ps(pid: int) -> str | None:
    import subprocess  # only systems without /proc pay for it

    answer = subprocess.run(
        ["ps", "-o", "lstart=", "-p", str(pid)],  # noqa: S607  where ps lies differs between systems
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "LC_ALL": "C"},
    )
    return answer.stdout.strip() or None


def _read(file: str) -> str:
    with open(file, encoding="utf-8", errors="replace") as handle:
        return handle.read()
