"""Before a Bash command: may it write what it would write? And the kernel is told to hold it to that while it runs."""

from __future__ import annotations

import os
import sys

from hooks.event import io
from mcp_server import hook_app
from mcp_server.adapters.host import repository as places
from mcp_server.adapters.settings.policy_cache import mode_override
from mcp_server.adapters.sqlite.light import begin_writing
from mcp_server.core.guard import bash
from mcp_server.core.guard import paths as guarding
from mcp_server.hook_app import Desk

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from mcp_server.bash.reading import Reading, Write
    from mcp_server.domain.decision import AgentRights, Decision


class Call:
    """A call of Bash by an agent in a repository in use."""

    __slots__ = ("command", "desk", "directory", "event", "repository", "rights")

    def __init__(
        self, event: dict[str, Any], desk: Desk, repository: places.Repository, command: str, directory: str
    ) -> None:
        self.event = event
        self.desk = desk
        self.repository = repository
        self.command = command
        self.directory = directory
        self.rights = _rights(self.desk, event, repository)


def answer(event: dict[str, Any], repository: places.Repository, directory: str) -> str:
    """A refusal, a warning, or nothing at all; never a permission. `directory` is where the command starts."""
    arguments = event.get("tool_input")
    command = arguments.get("command") if isinstance(arguments, dict) else None
    if not isinstance(command, str):
        raise io.BadEvent("the call of Bash has no text in 'command'")
    if mode_override(repository.state) == "off":
        return ""
    desk = Desk(repository)
    policy = desk.guard.policy()
    if policy.mode == "off" or policy.bash == "off":
        return ""
    return _decided(Call(event, desk, repository, command, directory))


def _decided(call: Call) -> str:
    reading = read(call.command, call.directory)
    refusal = None if reading.only_reads else _refusal(call, reading)
    policy = call.desk.guard.policy()
    passes = refusal is None or policy.mode == "warn"
    try:  # noqa: SIM105  `contextlib` costs a hook its time
        _write_down(call, reading, refusal, passes=passes)
    except (OSError, call.desk.connection.OperationalError):
        pass  # the decision stands even when it cannot be written down: a full disk, a busy writer
    if refusal is None:
        return ""
    if passes:
        return io.answer("PreToolUse", additionalContext=f"Interlock (mode warn, not blocked): {refusal.reason}")
    return io.deny(refusal.reason)


def read(command: str, directory: str) -> Reading:
    """What the command would write; all of it is unknown where commands can't be read."""
    from mcp_server.adapters.host.bash_disk import Disk
    from mcp_server.bash import reader
    from mcp_server.bash.parse import grammar

    try:
        grammar.load(site_packages())
    except grammar.GrammarMissing as error:
        from mcp_server.bash.reading import Reading

        reading = Reading()
        reading.mark_unknown(str(error))
        return reading
    return reader.read(command, directory, Disk(), home=os.path.expanduser("~"), environment=os.environ)


def site_packages() -> str | None:
    """The libraries of the plugin's environment, made for this interpreter at the first start; None: not made yet."""
    data = os.environ.get("CLAUDE_PLUGIN_DATA") or os.path.join(os.environ.get("CLAUDE_PLUGIN_ROOT", ""), ".interlock")
    try:
        with open(os.path.join(data, "ready"), encoding="utf-8", errors="surrogateescape") as stamp:
            python = stamp.read().split("\n")[1]
    except (OSError, IndexError):
        return None
    version = f"python{sys.version_info[0]}.{sys.version_info[1]}"
    return os.path.join(os.path.dirname(os.path.dirname(python)), "lib", version, "site-packages")


def _rights(desk: Desk, event: dict[str, Any], repository: places.Repository) -> AgentRights:
    rights = desk.guard.rights(*io.signs(event))
    if rights.family:
        return rights
    # It was never seen: the repository came into use after its session had started.
    from hooks.event import agents
    from mcp_server.core.agents.register import recognise

    with hook_app.open_store(repository).writing() as books:
        recognise(books, agents.caller(event, repository))
    return desk.guard.rights(*io.signs(event))


def _refusal(call: Call, reading: Reading) -> Decision | None:
    guard, rights = call.desk.guard, call.rights
    refusal = bash.judge_loss(guard, rights, call.command)
    for sweep in reading.sweeps:
        sweeping = bash.Sweeping(sweep.command, sweep.instead)
        refusal = refusal or bash.judge_sweep(guard, rights, sweep.root, sweeping, _ground(call, sweep.root))
    return refusal or _refused_target(call, reading)


def _refused_target(call: Call, reading: Reading) -> Decision | None:
    for repository, targets in _located(reading.writes):
        guard, rights = call.desk.guard, call.rights
        if repository.state != call.repository.state:  # another repository in use, with a state of its own
            guard = Desk(repository).guard
            rights = guard.rights(*io.signs(call.event))
        root = repository.root

        def ignored(paths: list[str], root: str = root) -> set[str]:
            from mcp_server.adapters.host import bash_disk

            return bash_disk.ignored(root, paths)

        ground = hook_app.ground(repository, call.directory)
        refusal = bash.judge_targets(guard, rights, targets, ignored, ground)
        if refusal is not None:
            return refusal
    return None


def _ground(call: Call, root: str) -> guarding.WorktreeContext | None:
    repository = places.used_at(root, None)
    if repository is None or repository.state != call.repository.state:
        return None
    return hook_app.ground(repository, call.directory)


def _located(writes: list[Write]) -> list[tuple[places.Repository, list[bash.Target]]]:
    """The writes by the repository in use that they lie in; others are none of Interlock's business."""
    project = os.environ.get("CLAUDE_PROJECT_DIR")
    of_folder: dict[str, places.Repository | None] = {}
    found: dict[str, tuple[places.Repository, list[bash.Target]]] = {}
    for write in writes:
        folder = write.path if os.path.isdir(write.path) else os.path.dirname(write.path)
        if folder not in of_folder:
            of_folder[folder] = places.used_at(folder, project)
        repository = of_folder[folder]
        if repository is not None:
            relative = repository.relative(write.path)
            is_new = write.how == "file" and not os.path.lexists(write.path)
            target = bash.Target("" if relative == "." else relative, write.how, is_new=is_new)
            found.setdefault(repository.root, (repository, []))[1].append(target)
    return list(found.values())


def _write_down(call: Call, reading: Reading, refusal: Decision | None, *, passes: bool) -> None:
    desk, family = call.desk, call.rights.family
    held = passes and _is_to_be_held(call)
    watched = passes and (held or not reading.only_reads)
    if refusal is None and not watched and not desk.guard.is_due(family):
        return
    begin_writing(desk.connection)
    guarding.record(desk.guard, call.rights, [refusal] if refusal is not None else [])
    if watched:
        desk.commands.began(
            io.text_of(call.event, "tool_use_id"),
            family[0],
            call.repository.root,
            call.command,
            confined=held,
            may_write=not reading.only_reads,
        )
    desk.connection.execute("COMMIT")
    if held:
        from hooks.bash import sandboxed

        sandboxed.begin(call, reading)


def _is_to_be_held(call: Call) -> bool:
    if call.desk.guard.policy().bash != "confine" or not any(holding.task for holding in call.rights.holdings):
        return False
    from hooks.bash import kernel

    return kernel.holds()
