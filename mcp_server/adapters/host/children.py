"""What a process and its children were started with, and for how long the children have run."""

from __future__ import annotations

import os


def of(pid: int) -> list[tuple[str, float]]:
    """The command line of each child and its age in seconds; none when the process is gone."""
    if not os.path.isdir("/proc/self"):
        return _by_ps(pid)
    uptime = _uptime()
    return [found for child in _ids(pid) if (found := _described(child, uptime)) is not None]


def all_below(pid: int) -> list[int]:
    """The processes that it started, those that they started, and so on; none when it is gone."""
    if not os.path.isdir("/proc/self"):
        return []
    found: list[int] = []
    for child in _ids(pid):
        found += [child, *all_below(child)]
    return found


def started_with(option: str, value: str) -> int | None:
    """The oldest process that was started with this option and value, whoever started it; None if there is none."""
    if not os.path.isdir("/proc/self"):
        return None
    for name in sorted(filter(str.isdecimal, os.listdir("/proc")), key=int):
        try:
            words = _read(f"/proc/{name}/cmdline").split("\0")
        except OSError:  # it has ended
            continue
        if any(pair == (option, value) for pair in zip(words, words[1:], strict=False)):
            return int(name)
    return None


def arguments(pid: int) -> dict[str, str]:
    """The options with a value that a process was started with, `--name value` or `--name=value`."""
    try:
        words = _read(f"/proc/{pid}/cmdline").split("\0")
    except OSError:
        words = _by_ps_of(pid).split()
    found = {}
    for word, value in zip(words, [*words[1:], ""], strict=False):
        name, _, given = word.partition("=")
        if name.startswith("--"):
            found[name] = given or value
    return found


def _ids(pid: int) -> list[int]:
    """Its children, by the threads that started them; where the kernel keeps no such list, every process is asked."""
    if not os.path.exists(f"/proc/self/task/{os.getpid()}/children"):
        return [int(name) for name in os.listdir("/proc") if name.isdecimal() and _parent(name) == pid]
    found: list[int] = []
    try:
        for thread in os.listdir(f"/proc/{pid}/task"):
            found += _started_by(pid, thread)
    except OSError:
        pass
    return found


def _started_by(pid: int, thread: str) -> list[int]:
    try:
        return [int(word) for word in _read(f"/proc/{pid}/task/{thread}/children").split()]
    except OSError:  # the thread has ended meanwhile
        return []


def _described(pid: int, uptime: float) -> tuple[str, float] | None:
    try:
        text = _read(f"/proc/{pid}/cmdline").replace("\0", " ").strip()
        fields = _read(f"/proc/{pid}/stat").rpartition(")")[2].split()
        age = uptime - int(fields[19]) / os.sysconf("SC_CLK_TCK")
    except (OSError, ValueError, IndexError):
        return None
    return None if fields[0] in ("Z", "X") or not text else (text, max(0.0, age))


def _parent(pid: str) -> int:
    try:
        return int(_read(f"/proc/{pid}/stat").rpartition(")")[2].split()[1])
    except (OSError, ValueError, IndexError):
        return 0


def _uptime() -> float:
    return float(_read("/proc/uptime").split()[0])


def _by_ps(pid: int) -> list[tuple[str, float]]:
    import subprocess

    answer = subprocess.run(
        ["ps", "-axww", "-o", "ppid=,etime=,stat=,command="],  # noqa: S607  where ps lies differs between systems
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "LC_ALL": "C"},
    )
    rows = [line.split(None, 3) for line in answer.stdout.splitlines()]
    mine = [row for row in rows if len(row) == 4 and row[0] == str(pid) and not row[2].startswith("Z")]
    return [(row[3], _seconds(row[1])) for row in mine]


def _by_ps_of(pid: int) -> str:
    import subprocess

    if os.path.isdir("/proc/self"):
        return ""
    asked = ["ps", "-ww", "-o", "command=", "-p", str(pid)]
    return subprocess.run(asked, capture_output=True, text=True, check=False).stdout  # noqa: S603  as above


def _seconds(elapsed: str) -> float:
    """`[[DAYS-]HOURS:]MINUTES:SECONDS` as seconds."""
    days, _, rest = elapsed.rpartition("-")
    total = 0
    for part in rest.split(":"):
        total = total * 60 + (int(part) if part.isdecimal() else 0)
    return float(total + (int(days) * 86400 if days.isdecimal() else 0))


def _read(file: str) -> str:
    with open(file, encoding="utf-8", errors="surrogateescape") as handle:
        return handle.read()
