"""A worker that is killed at any moment: it acknowledges, in a file, what it was told had been done.

    python -m tests.races.killed_worker KIND REPOSITORY DATA NAME LOG

It works as a session does: through the server (`server`), the command line (`command_line`), hooks (`hooks`), or with
worktrees and merges (`merges`); until there is no task left, or it is killed.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from tests.hooks.runner import ROOT, Hooks

Json = dict[str, Any]
EDITS = 3
RELEASED = 20
"""Of so many tasks a server finishes one."""


class Worker:
    """One session, and what it was told."""

    def __init__(self, repo: Path, data: Path, name: str, log: Path) -> None:
        self.repo, self.name = repo, name
        self.hooks = Hooks(repo, data, session=name)
        self._log = log.open("a", encoding="utf-8")

    def acknowledge(self, *words: object) -> None:
        """From now on this must not be lost."""
        self._log.write(json.dumps(words) + "\n")
        self._log.flush()

    def arrive(self) -> None:
        """The session starts."""
        self.hooks.send("SessionStart", source="startup", session_title=self.name)

    def typed(self, *words: str, cwd: Path | None = None) -> Json:
        """What the command line answers in this session's shell."""
        done = subprocess.run(
            [sys.executable, "-I", str(ROOT / "mcp_server"), *words, "--json"],
            cwd=cwd or self.repo,
            env={**self.hooks.environment, "CLAUDE_CODE_SESSION_ID": self.name},
            capture_output=True,
            text=True,
            check=False,
        )
        assert "Traceback" not in done.stderr, done.stderr
        answer: Json = json.loads(done.stdout or "{}")
        return answer

    def claimed(self, answer: Json) -> str | None:
        """The task that an answer gives, acknowledged; None for a refusal."""
        if not answer.get("granted"):
            return None
        self.acknowledge("claimed", answer["task"]["id"], answer["token"])
        return str(answer["task"]["id"])

    def finished(self, task: str, answer: Json) -> None:
        """The task is done, if the answer says so."""
        if answer.get("task", {}).get("status") == "done":
            self.acknowledge("done", task)


class Server:
    """A server of this process."""

    def __init__(self, worker: Worker) -> None:
        environment = {name: value for name, value in worker.hooks.environment.items() if name != "CLAUDE_PROJECT_DIR"}
        self._number = 0
        self._process = subprocess.Popen(
            [sys.executable, "-I", str(ROOT / "mcp_server"), "serve"],
            cwd=worker.repo,
            env=environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        )
        about = {"protocolVersion": "2025-11-25", "capabilities": {}, "clientInfo": {"name": "race", "version": "1"}}
        self._ask("initialize", about)
        self._say({"method": "notifications/initialized"})

    def call(self, tool: str, **arguments: object) -> Json:
        """What a tool answers."""
        answer: Json = self._ask("tools/call", {"name": tool, "arguments": arguments})["result"]
        return answer.get("structuredContent") or {}

    def _ask(self, method: str, parameters: Json) -> Json:
        self._number += 1
        self._say({"id": self._number, "method": method, "params": parameters})
        assert self._process.stdout is not None
        for line in self._process.stdout:
            said: Json = json.loads(line)
            if said.get("id") == self._number:
                return said
        raise EOFError(method)

    def _say(self, message: Json) -> None:
        assert self._process.stdin is not None
        self._process.stdin.write(json.dumps({"jsonrpc": "2.0", **message}) + "\n")
        self._process.stdin.flush()


def server(worker: Worker) -> None:
    """Claim, note and finish, or release: a server is fast enough to run out of tasks."""
    made, number = Server(worker), 0
    while task := worker.claimed(made.call("claim_task")):
        note = f"half of {task} by {worker.name}"
        if made.call("update_task", task_id=task, note=note).get("task"):
            worker.acknowledge("note", task, note)
        sent = made.call("send_message", to="planner", subject=f"{task} by {worker.name}")
        if sent.get("id"):
            worker.acknowledge("sent", f"{task} by {worker.name}")
        number += 1
        status = "done" if number % RELEASED == 0 else "released"
        worker.finished(task, made.call("update_task", task_id=task, status=status))


def command_line(worker: Worker) -> None:
    """Claim, note and finish at the command line of a session."""
    worker.arrive()
    while task := worker.claimed(worker.typed("claim")):
        note = f"half of {task} by {worker.name}"
        if worker.typed("update", task, "--note", note).get("task"):
            worker.acknowledge("note", task, note)
        worker.finished(task, worker.typed("done", task))


def hooks(worker: Worker) -> None:
    """Claim, and edit what the claim covers, as hooks see it."""
    worker.arrive()
    while task := worker.claimed(worker.typed("claim")):
        for number in range(EDITS):
            path = f"src/{task}/{worker.name}-{number}"
            refused = worker.hooks.edit(path, "Write").output
            assert not refused, refused
            (worker.repo / path).parent.mkdir(parents=True, exist_ok=True)
            (worker.repo / path).write_text(worker.name)
            worker.hooks.step(path, "Write")
            worker.acknowledge("edited", path)
        worker.finished(task, worker.typed("done", task))


def merges(worker: Worker) -> None:
    """Work in a worktree of one's own, commit, and merge."""
    worker.arrive()
    for task in json.loads((worker.repo / ".git" / "to-merge").read_text()):
        if worker.claimed(worker.typed("claim", task)) is None:
            continue
        made = worker.typed("worktree", "add", task)
        tree = Path(made.get("path") or made.get("worktree", {}).get("path", ""))
        if not tree.is_dir() or tree == Path():
            worker.typed("release", task)
            continue
        worker.acknowledge("worktree", task, str(tree))
        (tree / "work").mkdir(exist_ok=True)
        (tree / "work" / task).write_text(worker.name)
        git = ["git", "-C", str(tree), "-c", "user.name=Race", "-c", "user.email=race@example.invalid"]
        subprocess.run([*git, "add", "work"], check=False, capture_output=True)
        committed = subprocess.run(
            [*git, "commit", "-qm", f"work on {task} by {worker.name}"], check=False, capture_output=True
        )
        if committed.returncode == 0:
            worker.acknowledge("committed", f"{task} by {worker.name}")
        worker.finished(task, worker.typed("done", task))
        if worker.typed("merge", task).get("commit"):
            worker.acknowledge("merged", task)


KINDS: dict[str, Callable[[Worker], None]] = {kind.__name__: kind for kind in (server, command_line, hooks, merges)}

if __name__ == "__main__":
    os.setpgid(0, 0)
    kind, repo, data, name, log = sys.argv[1:]
    KINDS[kind](Worker(Path(repo), Path(data), name, Path(log)))
