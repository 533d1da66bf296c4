"""What a hook costs: the processor time of whole processes, as the client starts them, per bare interpreter.

Where Interlock is not in use; in use, by processes of their own; and asked of the session's server.
"""

from __future__ import annotations

import json
import os
import re
import resource
import shlex
import shutil
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from statistics import median
from typing import Any

from benchmarks.measuring import Ratio, process, report
from benchmarks.workspaces import repository
from tests.transcripts import append, noise, response

ROOT = Path(__file__).parents[1]
TIMES = 60
SOURCE = "src/part3/module3/views/list.py"
USUAL = "cd src && sed -i 's/a/b/' part3/module3/views/list.py && git add -- part3"
NOISE = "  Compiling module number {number} of the package, which is in order and takes its time to say so\n"
LENGTH = 10_000
FRAMES = 10_000


class Hook:
    """One event of a session, and the hook that answers it."""

    def __init__(
        self, label: str, name: str, tool: str = "", *, prepare: Callable[[Path], None] | None = None, **fields: Any
    ) -> None:
        self.label = label
        self._prepare = prepare
        self._name = name
        self._tool = tool
        self._fields = fields

    def started(self, base: Path, repo: Path) -> Callable[[], object]:
        """A function that has the hook answer the event in this repository."""
        events = json.loads((ROOT / "hooks" / "hooks.json").read_text())["hooks"]
        [command] = [
            hook["command"]
            for group in events[self._name]
            for hook in group["hooks"]
            if re.search(group.get("matcher", ""), self._tool) and not hook.get("asyncRewake")  # nobody waits for it
        ]
        common = {"session_id": "agent3", "cwd": str(repo), "hook_event_name": self._name, "tool_use_id": "t1"}
        event = {**common, "tool_name": self._tool, **self._fields}
        run = process(["sh", "-c", command], stdin=json.dumps(event).encode(), env=environment(base, repo), cwd=repo)
        prepare = self._prepare
        if prepare is None or not (repo / ".git/interlock").is_dir():
            return run
        return lambda: (prepare(repo), run())


def _edited(repo: Path) -> None:
    """The edit that the guard let pass has been made; that this process does so counts for no hook."""
    begun = (str(repo), SOURCE, "t1", "", "", "", time.time())
    with closing(sqlite3.connect(repo / ".git/interlock/state.db")) as state, state:
        [agent] = state.execute("SELECT agent FROM identity WHERE key = 'agent3'").fetchone()
        state.execute("INSERT INTO begun_edit VALUES (?, ?, ?, ?, ?, ?, ?, ?)", (agent, *begun))


EDITED = {"tool_name": "Edit", "tool_input": {"file_path": SOURCE}, "tool_use_id": "t1", "tool_response": "updated"}
GUARD = Hook("Guard", "PreToolUse", "Edit", tool_input={"file_path": SOURCE, "old_string": "a", "new_string": "b"})
OWN_TOOL = Hook("Before one of Interlock's own tools", "PreToolUse", "mcp__plugin_interlock_interlock__board")
BEFORE_BASH = (
    Hook("Before Bash that reads", "PreToolUse", "Bash", tool_input={"command": "ls -la src | head -3"}),
    Hook("Before Bash that writes", "PreToolUse", "Bash", tool_input={"command": USUAL}),
)
COUNTED, SMALL, HUGE = "After a step that is counted", 1, 40
"""A transcript's length, in MB, in both cases with one more response than was counted."""
AFTER = (
    Hook("After Bash", "PostToolUse", "Bash", tool_input={"command": "ls"}, tool_response={"stdout": "x\n" * 500}),
    Hook("After a step", "PostToolBatch", tool_calls=[]),
    Hook("After a step with an edit", "PostToolBatch", tool_calls=[EDITED], prepare=_edited),
    Hook("At a prompt", "UserPromptSubmit", prompt="Go on"),
    Hook("At a stop", "Stop", stop_hook_active=True),
)
START = Hook("SessionStart", "SessionStart", source="startup")
SUBAGENT = Hook("SubagentStart", "SubagentStart", agent_id="a1", agent_type="worker")


def measure() -> list[Ratio]:
    """Every hook not in use, in use, and asked of the server; as the work grows; and with a long log."""
    with tempfile.TemporaryDirectory() as folder:
        base = Path(folder)
        (base / "unused").mkdir()
        used = prepared(base, "used", tasks=2_000, leases=1_000)
        bare = [process([interpreter(base), "-I", "-S", "-c", "pass"])]
        return [
            *_lines("not in use", (GUARD, *BEFORE_BASH, *AFTER), base, base / "unused", bare, 0.2),
            *_lines("not in use", (START,), base, base / "unused", bare, 1.5),
            *_lines("in use", (GUARD, OWN_TOOL, *AFTER, _failure()), base, used, bare, 2.2),
            *_lines("in use", BEFORE_BASH, base, used, bare, 3.0),
            *_lines("in use", (START, SUBAGENT), base, used, bare, 3.0),
            *_asked(base, used, bare),
            *_growing(base),
            *_counting(base, used),
            *_with_a_long_log(base, used),
        ]


def _lines(
    where: str, hooks: Sequence[Hook], base: Path, repo: Path, bare: list[Callable[[], object]], budget: float
) -> list[Ratio]:
    acts = [hook.started(base, repo) for hook in hooks]
    for act in acts:
        act()  # the first one prepares what the others find
    *measured, against = processor_time([*acts, *bare], TIMES)
    return [
        Ratio(f"{hook.label}, {where}", taken * 1e3, against * 1e3, "ms", budget)
        for hook, taken in zip(hooks, measured, strict=True)
    ]


def _asked(base: Path, repo: Path, bare: list[Callable[[], object]]) -> list[Ratio]:
    with server(base, repo):
        return [
            *_lines("asked of the server", (GUARD, OWN_TOOL, *AFTER, _failure(), SUBAGENT), base, repo, bare, 0.6),
            *_lines("asked of the server", BEFORE_BASH, base, repo, bare, 1.0),
        ]


def _growing(base: Path) -> list[Ratio]:
    small = prepared(base, "small", tasks=100, leases=10)
    large = prepared(base, "large", tasks=100_000, leases=10_000)
    grown, before = processor_time([GUARD.started(base, large), GUARD.started(base, small)], TIMES)
    return [Ratio("Guard, tasks 100 → 100,000, leases 10 → 10,000", grown * 1e3, before * 1e3, "ms", 1.5)]


def _counting(base: Path, repo: Path) -> list[Ratio]:
    """A step after which one response is counted, and one at which a transcript is read for the first time."""
    bare = process([interpreter(base), "-I", "-S", "-c", "pass"])
    small, huge = (_counted(base, repo, size, anew=False) for size in (SMALL, HUGE))
    first, first_huge = (_counted(base, repo, size, anew=True) for size in (SMALL, HUGE))
    one, other, begun, begun_huge, against = processor_time([small, huge, first, first_huge, bare], TIMES)
    with server(base, repo):
        asked, beside = processor_time([small, bare], TIMES)
    return [
        Ratio(f"{COUNTED}, in use", one * 1e3, against * 1e3, "ms", 2.2),
        Ratio(f"{COUNTED}, asked of the server", asked * 1e3, beside * 1e3, "ms", 0.6),
        Ratio(f"{COUNTED}, transcript of 40 MB / 1 MB", other * 1e3, one * 1e3, "ms", 1.5),
        Ratio("First reading of a transcript, 40 MB / 1 MB", begun_huge * 1e3, begun * 1e3, "ms", 1.5),
    ]


def _counted(base: Path, repo: Path, megabytes: int, *, anew: bool) -> Callable[[], object]:
    """A step of an agent with a transcript of this length, to which a response is added, or which is new each time."""
    numbers = iter(range(10**9))
    filler = "".join(noise("x" * 4_000) + response(f"{megabytes}-{anew}-{number}", at="") for number in range(250))
    file = base / f"transcript-{megabytes}-{anew}.jsonl"
    file.write_text(filler * megabytes)

    def step() -> object:
        path = file
        if anew:
            path = file.with_name(f"{next(numbers)}-{file.name}")
            path.hardlink_to(file)
        else:
            append(path, response(f"{megabytes}-more-{next(numbers)}", at=""))
        hook = Hook(COUNTED, "PostToolBatch", tool_calls=[], transcript_path=str(path))
        return hook.started(base, repo)()

    if not anew:
        for _ in range(megabytes + 2):
            step()
    return step


def _with_a_long_log(base: Path, repo: Path) -> list[Ratio]:
    [before] = processor_time([GUARD.started(base, repo)], TIMES)
    state = repo / ".git/interlock/state.db"
    lengthen = (
        "import os, sqlite3, sys; c = sqlite3.connect(sys.argv[1], isolation_level=None); "
        "c.execute('PRAGMA wal_autocheckpoint = 0'); c.execute('CREATE TABLE IF NOT EXISTS long_log (x)')\n"
        "for _ in range(int(sys.argv[2]) // 2): c.execute('INSERT INTO long_log VALUES (zeroblob(3000))')\n"
        "os._exit(0)"
    )
    process([sys.executable, "-c", lengthen, str(state), str(FRAMES)])()
    [after] = processor_time([GUARD.started(base, repo)], TIMES)
    return [Ratio("Guard, log of 10,000 frames / empty", after * 1e3, before * 1e3, "ms", 1.1)]


def _failure() -> Hook:
    """The errors are in a file that another agent has claimed, so the hook does all of its work."""
    lines = [NOISE.format(number=number) for number in range(LENGTH // len(NOISE))]
    lines.insert(len(lines) // 2, "src/part4/module4/views/list.py:3:9: error: Name 'total' is not defined\n")
    said = "Exit code 1\n" + "".join(lines)
    return Hook("After Bash that failed", "PostToolUseFailure", "Bash", error=said, tool_input={"command": "mypy src"})


def processor_time(acts: Sequence[Callable[[], object]], times: int) -> list[float]:
    """The median seconds of processor time of what these start, called in turns so that all run under the same load."""
    taken: list[list[float]] = [[] for _ in acts]
    for _ in range(times):
        for act, one in zip(acts, taken, strict=True):
            before = _used_by_children()
            act()
            one.append(_used_by_children() - before)
    return [median(one) for one in taken]


def _used_by_children() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def prepared(base: Path, name: str, *, tasks: int, leases: int) -> Path:
    """A repository in use on a machine on which Interlock has started before."""
    repo = repository(base / name, tasks=tasks, leases=leases)
    for source in (SOURCE, "src/part4/module4/views/list.py"):
        (repo / source).parent.mkdir(parents=True)
        (repo / source).write_text("x = 1\n")
    with sqlite3.connect(repo / ".git/interlock/state.db") as connection:
        connection.execute("UPDATE agent SET worktree = ?", (str(repo),))
    (base / "kernel").write_text("landlock")
    (base / "ready").write_text(f"{ROOT}\n{sys.executable}\n\n")
    shutil.copystat(ROOT / "requirements.txt", base / "ready")
    return repo


@contextmanager
def server(base: Path, repo: Path) -> Iterator[None]:
    """The session's server, whose client is this process."""
    opening = {"protocolVersion": "2025-11-25", "capabilities": {}, "clientInfo": {"name": "b", "version": "1"}}
    messages = (
        {"id": 0, "method": "initialize", "params": opening},
        {"method": "notifications/initialized"},
        {"id": 1, "method": "tools/list"},
    )
    started = subprocess.Popen(
        [sys.executable, "-I", "-S", str(ROOT / "bin" / "serve.py")],
        stdin=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        cwd=repo,
        env={**environment(base, repo), "INTERLOCK_CLIENT_PID": str(os.getpid())},
    )
    assert started.stdin is not None
    started.stdin.write(b"".join(json.dumps({"jsonrpc": "2.0", **one}).encode() + b"\n" for one in messages))
    started.stdin.flush()
    while not list((base / "sockets").glob(f"{os.getpid()}-*")):
        assert started.poll() is None, "the server ended"
    try:
        yield
    finally:
        started.stdin.close()
        started.wait()


def environment(base: Path, repo: Path) -> dict[str, str]:
    """The environment of a session's hooks; `base` is the plugin's data folder."""
    plugin = {"CLAUDE_PLUGIN_ROOT": str(ROOT), "CLAUDE_PLUGIN_DATA": str(base), "CLAUDE_PROJECT_DIR": str(repo)}
    return {"PATH": os.environ["PATH"], "HOME": os.environ["HOME"], **plugin}


def interpreter(base: Path) -> str:
    """The interpreter that the hooks find, behind whatever shim the PATH has."""
    find = (
        f". {shlex.quote(str(ROOT / 'bin' / 'find-python'))}; interlock_find_python {shlex.quote(str(base / 'python'))}"
    )
    process(["sh", "-c", find])()
    return (base / "python").read_text().splitlines()[0]


if __name__ == "__main__":
    report(measure())
