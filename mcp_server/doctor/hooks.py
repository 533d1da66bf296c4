"""Do the installed hooks work? They are given calls in a temporary repository, and their answers are checked."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from mcp_server.adapters.host.clock import system_clock
from mcp_server.adapters.host.repository import repository_of
from mcp_server.adapters.settings.policy_cache import policy_of
from mcp_server.adapters.sqlite.store import SqliteStore, create
from mcp_server.doctor.finding import Finding
from mcp_server.doctor.hook_commands import HookCommands, HookFailed, Reply
from mcp_server.doctor.installation import Copy
from mcp_server.domain.scopes.scope import anchors_of, parse
from mcp_server.domain.task import Draft

HOLDER = "another-agent"
HELD = "held/file.py"
FREE = "free/file.py"
LEASE_SECONDS = 600.0
REINSTALL = "Reinstall it: claude plugin install interlock@interlock. If that does not help, please report this."
EVENTS: tuple[tuple[str, dict[str, Any]], ...] = (
    ("PostToolUse", {"tool_name": "Bash", "tool_input": {"command": "true"}, "tool_response": {"stdout": ""}}),
    ("PostToolUseFailure", {"tool_name": "Bash", "tool_input": {"command": "false"}, "error": "Exit code 1"}),
    ("PostToolBatch", {"tool_calls": [{"tool_name": "Edit", "tool_input": {"file_path": FREE}, "tool_use_id": "t"}]}),
    ("UserPromptSubmit", {"prompt": ""}),
    ("PermissionRequest", {"tool_name": "Bash", "tool_input": {"command": "true"}}),
    ("PreCompact", {"trigger": "manual"}),
    ("Stop", {"stop_hook_active": False}),
    ("SubagentStart", {"agent_id": "a0123456789abcdef", "agent_type": "general-purpose"}),
    ("SubagentStop", {"agent_id": "a0123456789abcdef", "agent_type": "general-purpose"}),
    ("SessionEnd", {"reason": "other"}),
)
"""Every event except SessionStart, which would set up the environment; its script also serves SubagentStart."""


def guard(copy: Copy) -> Finding:
    """Check that an edit of a path that another agent holds is blocked, and one that nobody holds passes silently."""
    with _temporary_project() as project:
        hooks = HookCommands(copy.root, data=copy.notes, project=project)
        try:
            passed, blocked = hooks.fire(_edit(project, FREE)), hooks.fire(_edit(project, HELD))
        except HookFailed as error:
            return Finding("guard", "broken", f"NOT working: {error}", REINSTALL)
    if not blocked.denied:
        words = f"NOT working: an edit of a path that another agent holds was not blocked. {_said(blocked)}"
        return Finding("guard", "broken", words.strip(), REINSTALL)
    if HOLDER not in blocked.denied:
        return Finding("guard", "broken", f"it cannot decide, so it blocks every edit. {_said(blocked)}", REINSTALL)
    if not passed.is_silent:
        words = f"an edit of a path that nobody holds did not pass silently. {_said(passed)}"
        return Finding("guard", "broken", words, REINSTALL)
    times = f"{blocked.seconds * 1000:.0f} and {passed.seconds * 1000:.0f} ms"
    return Finding("guard", "ok", f"blocks an edit of a path that another agent holds, allows others ({times})")


def others(copy: Copy) -> Finding:
    """Check that all other hooks work without complaint."""
    with _temporary_project() as project:
        hooks = HookCommands(copy.root, data=copy.notes, project=project)
        for name, details in EVENTS:
            try:
                reply = hooks.fire({**_common(project, name), **details})
            except HookFailed as error:
                return Finding("other hooks", "broken", str(error), REINSTALL)
            if reply.for_user or reply.complaint:
                return Finding("other hooks", "broken", f"at {name}: {_said(reply)}", REINSTALL)
    return Finding("other hooks", "ok", f"{len(EVENTS)} events answered")


@contextmanager
def _temporary_project() -> Iterator[Path]:
    """A folder that looks like a repository in use, where another agent holds a task for everything below `held`."""
    with TemporaryDirectory(prefix="interlock-doctor-") as folder:
        project = Path(folder).resolve()
        (project / ".git").mkdir()
        repository = repository_of(str(project))
        file = Path(repository.state) / "state.db"
        create(file)
        store = SqliteStore(file, clock=system_clock, policy=lambda: policy_of(repository))
        _claim(store, str(project))
        store.close()
        yield project


def _claim(store: SqliteStore, worktree: str) -> None:
    scope = parse(["held"])
    lies_in = tuple(anchors_of(scope))
    with store.writing() as books:
        holder = books.agents.add(HOLDER, HOLDER, "session", parent=None, process=None, worktree=worktree)
        books.tasks.add([Draft("T1", "an examination", scope.patterns, lies_in, (), (), 0, None, None)])
        task = books.tasks.take(lambda _: True, "T1")
        assert task is not None  # noqa: S101  for the type checker: the only task of a new store
        token = books.events.add("claimed", task.id, agent=holder.id, id=task.token)
        books.leases.grant(token, holder.id, task=task, scope=task.scope, anchors=task.anchors, seconds=LEASE_SECONDS)


def _edit(project: Path, path: str) -> dict[str, Any]:
    call = {"tool_name": "Edit", "tool_use_id": "toolu_doctor", "tool_input": {"file_path": str(project / path)}}
    return {**_common(project, "PreToolUse"), **call}


def _common(project: Path, name: str) -> dict[str, Any]:
    return {"hook_event_name": name, "session_id": "doctor", "cwd": str(project), "tool_use_id": "toolu_doctor"}


def _said(reply: Reply) -> str:
    said = " ".join(filter(None, (reply.denied, reply.for_user, reply.context, reply.complaint)))
    return f"It said: {said[:400]}" if said else "It said nothing."
