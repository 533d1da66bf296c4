"""Edits, what goes on around a path, the commands that run and the messages on their way, in memory."""

from __future__ import annotations

from collections.abc import Iterable

from mcp_server.adapters.memory.leases import MemoryLeases
from mcp_server.adapters.memory.messages import MemoryShared
from mcp_server.adapters.memory.tables import HeldCommand, HeldWait, MemoryState
from mcp_server.adapters.sqlite.activity import WAITS_KEPT_SECONDS
from mcp_server.adapters.sqlite.commands import KEPT_SECONDS
from mcp_server.domain.activity import Command, Delivery, Editor, Expired, Wait
from mcp_server.domain.messages import LastFailure, LastTests


class MemoryJournal:
    """Who edited what, and when last."""

    def __init__(self, state: MemoryState) -> None:
        self._state = state

    def edited(self, path: str, agent_id: int) -> None:
        """This agent has edited `path` just now."""
        self._state.edits[(path, agent_id)] = self._state.now

    def editors(self, path: str) -> list[Editor]:
        """Who edited this path, the latest first."""
        found = [(at, agent) for (where, agent), at in self._state.edits.items() if where == path]
        return [self._editor(agent, at) for at, agent in sorted(found, reverse=True)]

    def paths(self, since: float, limit: int) -> list[str]:
        """What anybody edited since then, the latest first."""
        last: dict[str, float] = {}
        for (path, _), at in self._state.edits.items():
            last[path] = max(at, last.get(path, at))
        recent = sorted((-at, path) for path, at in last.items() if at >= since)
        return [path for _, path in recent[:limit]]

    def edited_by(self, agent_id: int, since: float) -> list[str]:
        """What this agent edited since then, the latest first."""
        found = [(-at, path) for (path, agent), at in self._state.edits.items() if agent == agent_id and at >= since]
        return [path for _, path in sorted(found)]

    def _editor(self, agent_id: int, at: float) -> Editor:
        agent = self._state.agents[agent_id]
        held = MemoryLeases(self._state).held_by(agent_id)
        claims = [lease.task for lease in held if lease.resource is None]
        return Editor(agent_id, agent.name, at, agent.ended_at, claims[-1] if claims else None)


class MemoryWatch:
    """What is going on around a path."""

    def __init__(self, state: MemoryState) -> None:
        self._state = state
        self._leases = MemoryLeases(state)

    def name(self, agent_id: int) -> str:
        """What the agent with this number is called."""
        return self._state.name(agent_id)

    def expired(self, path: str) -> list[Expired]:  # noqa: ARG002  there is no index
        """The open leases that may cover `path` and are no longer alive."""
        return [
            Expired(
                lease.holder,
                lease.holder_name,
                lease.task,
                lease.scope,
                lease.seen_at,
                stopped=lease.ended_at is not None,
            )
            for lease in self._leases.all()
            if not lease.is_live(self._state.now)
        ]

    def failed(self, agent_id: int, path: str, command: str) -> Wait:
        """The agent's command failed because of this path of somebody else, once more."""
        before = self._state.waits.get((agent_id, path))
        again = before is not None and before.last_at >= self._state.now - WAITS_KEPT_SECONDS
        attempts = before.attempts + 1 if before is not None and again else 1
        self._state.waits[(agent_id, path)] = HeldWait(command, attempts, self._state.now)
        return Wait(path, command, attempts)

    def remind(self, agent_id: int, task_id: str, since: float) -> bool:
        """Whether the agent is now reminded for the first time of its claim on this task, held since then."""
        claim = (agent_id, task_id, since)
        first = claim not in self._state.reminders
        self._state.reminders[claim] = True
        return first

    def waits(self, agent_id: int) -> list[Wait]:
        """The paths of others that this agent's commands have failed because of."""
        held = sorted((path, wait) for (agent, path), wait in self._state.waits.items() if agent == agent_id)
        return [Wait(path, wait.command, wait.attempts) for path, wait in held]

    def ran(self, agent_id: int, command: str, *, failed: bool) -> None:
        """The agent's command, which runs tests, has ended."""
        self._state.tested[agent_id] = LastTests(command, failed, self._state.now)

    def tested(self, agent_id: int) -> LastTests | None:
        """The agent's last command that ran tests, or None."""
        return self._state.tested.get(agent_id)

    def ended(self, agent_id: int, command: str, *, failed: bool) -> None:
        """The agent's command has ended. Where it went well, it is not its last failure any more."""
        if failed:
            self._state.last_failures[agent_id] = LastFailure(command, self._state.now)
        elif self.failed_last(agent_id, command):
            del self._state.last_failures[agent_id]

    def failed_last(self, agent_id: int, command: str) -> bool:
        """Whether this is what `last_failure` would name."""
        last = self._state.last_failures.get(agent_id)
        return last is not None and last.command == command

    def last_failure(self, agent_id: int) -> LastFailure | None:
        """The agent's last command that failed and has not gone well since, or None."""
        return self._state.last_failures.get(agent_id)

    def over(self, agent_id: int, paths: Iterable[str]) -> None:
        """These paths no longer keep the agent waiting."""
        for path in paths:
            self._state.waits.pop((agent_id, path), None)


class MemoryCommands:
    """The Bash commands that the kernel holds or that may write, while they run and for a while after."""

    def __init__(self, state: MemoryState) -> None:
        self._state = state

    def began(self, call_id: str, agent_id: int, root: str, text: str, *, confined: bool, may_write: bool) -> None:  # noqa: ARG002  `text` is for people who look into a state
        """The agent's command begins now, in the worktree `root`."""
        old = self._state.now - KEPT_SECONDS
        for call in [call for call, command in self._state.commands.items() if command.began_at < old]:
            del self._state.commands[call]
        self._state.commands[call_id] = HeldCommand(agent_id, root, self._state.now, confined, may_write)

    def is_running(self, call_id: str) -> bool:
        """Whether the command of this call has begun and not ended."""
        return call_id in self._state.commands and self._state.commands[call_id].ended_at is None

    def ended(self, call_id: str) -> Command | None:
        """The command of this call, which has ended; None when its beginning was not noted, or its end was before."""
        command = self._state.commands.get(call_id)
        if command is None or command.ended_at is not None:
            return None
        self._state.commands[call_id] = command._replace(ended_at=self._state.now)
        return Command(
            command.agent, command.root, command.began_at, confined=command.confined, may_write=command.may_write
        )

    def alongside(self, agent_id: int, since: float) -> list[int]:
        """The other agents that had a command that may write running at some time since then."""
        return sorted(
            {
                command.agent
                for command in self._state.commands.values()
                if command.agent != agent_id
                and command.may_write
                and (command.ended_at is None or command.ended_at >= since)
                and command.began_at >= self._state.now - KEPT_SECONDS
            }
        )


class MemoryInbox:
    """What an agent is shown at its next step, without its asking."""

    def __init__(self, state: MemoryState) -> None:
        self._state = state

    def post(self, sender: int | None, reader: int, subject: str, body: str) -> int:
        """Send a message to one agent; None sends it in Interlock's own name. What it has unread is only counted."""
        return MemoryShared(self._state).send(sender, self._state.name(reader), [reader], subject, body)

    def unseen(self, agent_id: int, limit: int) -> list[Delivery]:
        """The messages to this agent that it has neither read nor been shown, oldest first."""
        numbers = sorted(
            number
            for (reader, number), read_at in self._state.deliveries.items()
            if reader == agent_id and read_at is None and (reader, number) not in self._state.shown
        )
        found = (self._state.messages[number] for number in numbers[:limit])
        return [Delivery(m.id, m.sender, m.subject, m.body, m.times) for m in found]

    def seen(self, agent_id: int, message_id: int, *, whole: bool) -> None:
        """The agent was shown this message; if the `whole` of it, it has read it."""
        self._state.shown[(agent_id, message_id)] = self._state.now
        if whole:
            self._state.deliveries[(agent_id, message_id)] = self._state.now
