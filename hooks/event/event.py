"""What Claude Code passes to a hook, besides the answer channel: its event, parsed once, and the environment.

On the hot path. A field is checked when it is asked for, so an event is refused only for what its hook needs; nothing
else reads the JSON or the environment. Both are handed over: a process that answers many hooks has an environment and
a directory of its own, which say nothing about any of them.
"""

from __future__ import annotations

import os
import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any


SKILL_COMMAND = "PreSkillShellCommand"
"""The event before a command that the text of a skill holds. Its answer can refuse the command and nothing else."""


FAILED = "<tool_use_error>"
"""How the client begins what it tells the model of a call that did nothing."""
_HEX_DIGITS = 16
"""Of the number at the end of a subagent's id."""


class BadEvent(ValueError):
    """The hook's input is no valid event; the message says what is wrong with it."""


class Event:
    """One event of a session or of one of its subagents; a property refuses (BadEvent) a field that it needs."""

    __slots__ = ("_fields", "_started_in", "can_be_confined", "environment", "project", "tool_input")

    def __init__(self, fields: Mapping[str, Any], environment: Mapping[str, str], started_in: str) -> None:
        self._fields = fields
        self._started_in = started_in
        self.environment = environment
        """The environment that the client's own commands get too."""
        self.can_be_confined = self.gate == "PreToolUse"
        """Whether a command runs in a shell that confines itself."""
        self.project = environment.get("CLAUDE_PROJECT_DIR")
        named = fields.get("tool_input")
        self.tool_input: dict[str, Any] = named if isinstance(named, dict) else {}

    @property
    def name(self) -> str:
        """The kind of event: PreToolUse, Stop, …"""
        return self._text("hook_event_name")

    @property
    def gate(self) -> str:
        """The kind of event that a refusal answers, also where the event says nothing."""
        return SKILL_COMMAND if self._fields.get("hook_event_name") == SKILL_COMMAND else "PreToolUse"

    @property
    def tool(self) -> str:
        return self._text("tool_name")

    @property
    def call_id(self) -> str:
        return self._text("tool_use_id")

    @property
    def session(self) -> str:
        return self._text("session_id")

    @property
    def subagent(self) -> str | None:
        """The id of the subagent that the event is about; None for the session itself."""
        return self._optional_text("agent_id")

    @property
    def subagent_type(self) -> str | None:
        """The kind of that subagent."""
        return self._optional_text("agent_type")

    @property
    def started_as(self) -> str | None:
        """The type that the agent was started as; of a teammate in its lead's process the client gives the name."""
        return None if self.subagent and self.teammate else self.subagent_type

    @property
    def teammate(self) -> str | None:
        """What a teammate in the session's own process is called: its id has the name in it."""
        words = (self.subagent or "").rpartition("-")
        is_named = words[0].startswith("a") and len(words[2]) == _HEX_DIGITS
        return words[0][1:] or None if is_named and not words[2].strip("0123456789abcdef") else None

    @property
    def agrees_to_shut_down(self) -> bool:
        """Whether it is about a message by which a teammate ends for good."""
        message = self.tool_input.get("message")
        if not isinstance(message, dict) or message.get("type") != "shutdown_response":
            return False
        return message.get("approve") is True

    @property
    def is_of_workflow(self) -> bool:
        """Whether it is about an agent of a workflow, which ends for good with its turn."""
        return "/workflows/" in (self._optional_text("agent_transcript_path") or "")

    @property
    def transcript(self) -> str | None:
        """The file in which the client records the session."""
        return self._optional_text("transcript_path")

    @property
    def own_transcript(self) -> str | None:
        """The file in which it records the subagent that stops."""
        return self._optional_text("agent_transcript_path")

    @property
    def key(self) -> str:
        """The key by which the agent is known."""
        subagent = self.subagent
        return f"{self.session}/{subagent}" if subagent else self.session

    @property
    def parent_key(self) -> str | None:
        """For a subagent, the key of the agent that it works under."""
        return self.session if self.subagent else None

    @property
    def title(self) -> str | None:
        """What the session is called."""
        return self._optional_text("session_title")

    @property
    def cwd(self) -> str:
        """The agent's working directory, as the client spells it."""
        return self._optional_text("cwd") or self._started_in

    @property
    def directory(self) -> str:
        """The agent's working directory, without links."""
        return os.path.realpath(self.cwd)

    def argument(self, name: str) -> str:
        """A text that the call gives under this name; empty if it gives none."""
        value = self.tool_input.get(name)
        return value if isinstance(value, str) else ""

    @property
    def command(self) -> str | None:
        """The Bash command that is called, or None."""
        command = self.tool_input.get("command")
        return command if isinstance(command, str) else None

    def of_command(self, command: str, directory: str) -> Event:
        """The same event for a command that another server's shell runs in a directory: nothing confines it there."""
        fields = {**self._fields, "tool_name": "Bash", "tool_input": {"command": command}, "cwd": directory}
        event = Event(fields, self.environment, self._started_in)
        event.can_be_confined = False
        return event

    @property
    def is_background(self) -> bool:
        return bool(self.tool_input.get("run_in_background"))

    @property
    def response(self) -> object:
        """What the tool returned."""
        return self._fields.get("tool_response")

    @property
    def error(self) -> str:
        return self._optional_text("error") or ""

    @property
    def batch(self) -> list[str]:
        """The ids of the tool calls of a step that is over."""
        calls = self._fields.get("tool_calls")
        ids = [call.get("tool_use_id") for call in calls if isinstance(call, dict)] if isinstance(calls, list) else ()
        return [call_id for call_id in ids if isinstance(call_id, str)]

    @property
    def calls(self) -> list[Event]:
        """The tool calls of a step that is over, each as an event of its own."""
        calls = self._fields.get("tool_calls")
        listed = [call for call in calls if isinstance(call, dict)] if isinstance(calls, list) else []
        return [Event({**self._fields, **call}, self.environment, self._started_in) for call in listed]

    @property
    def may_have_edited(self) -> bool:
        """Whether one of these calls is of a tool that may edit files; Bash is looked at by hooks of its own."""
        names = [str(call._fields.get("tool_name")) for call in self.calls]
        return any(name.endswith(("Edit", "Write")) or name.startswith("mcp__") for name in names)

    @property
    def may_have_started(self) -> bool:
        """Whether one of these calls that did nothing was to start an agent."""
        failed = self.failed_calls
        return bool(failed) and any(call._fields.get("tool_name") in ("Agent", "Task") for call in self.calls)

    @property
    def failed_calls(self) -> set[str]:
        """The ids of those that the client says did nothing, as an edit of a text that is not there."""
        failed = (call for call in self.calls if str(call.response).startswith(FAILED))
        return {found for call in failed if (found := call._optional_text("tool_use_id"))}

    @property
    def reason(self) -> str | None:
        return self._optional_text("reason")

    @property
    def is_after_clear(self) -> bool:
        """Whether a session starts because its context was cleared."""
        return self._fields.get("source") == "clear"

    @property
    def was_stopped_before(self) -> bool:
        """Whether the agent only continues because a hook kept it from stopping."""
        return bool(self._fields.get("stop_hook_active"))

    @property
    def prompt(self) -> str:
        """What was submitted to the session, by a person or by a machine; empty for any other event."""
        prompt = self._fields.get("prompt")
        return prompt if isinstance(prompt, str) else ""

    @property
    def waits_for_subagents(self) -> bool:
        """Whether subagents of a session that stops are still working."""
        tasks = self._fields.get("background_tasks")
        listed = tasks if isinstance(tasks, list) else ()
        return any(isinstance(task, dict) and task.get("type") == "subagent" for task in listed)

    @property
    def started_in(self) -> str:
        """The directory that the session was started in; where the client does not say, that of the hook."""
        return self.project or self._started_in

    @property
    def home(self) -> str:
        """The home folder of whoever runs the session."""
        return self.environment.get("HOME") or os.path.expanduser("~")

    @property
    def plugin_data(self) -> str | None:
        """The folder for the plugin's data, or None when the client did not name one."""
        return self.environment.get("CLAUDE_PLUGIN_DATA")

    @property
    def notes_folder(self) -> str:
        """The folder where set-up and hooks keep what they found out about this machine."""
        return self.plugin_data or os.path.join(self.environment.get("CLAUDE_PLUGIN_ROOT", ""), ".interlock")

    @property
    def site_packages(self) -> str | None:
        """The libraries of the plugin's environment, which the first start creates for this Python; None before."""
        try:
            with open(os.path.join(self.notes_folder, "ready"), encoding="utf-8", errors="surrogateescape") as stamp:
                python = stamp.read().split("\n")[1]
        except (OSError, IndexError):
            return None
        version = f"python{sys.version_info[0]}.{sys.version_info[1]}"
        return os.path.join(os.path.dirname(os.path.dirname(python)), "lib", version, "site-packages")

    @property
    def shell_setup_file(self) -> str | None:
        """The file whose text the client runs ahead of every Bash command; only a session's start is given one."""
        return self.environment.get("CLAUDE_ENV_FILE")

    @property
    def client_pid(self) -> int | None:
        """The client's process, which outlives every hook; `hooks/run` passes its id on."""
        pid = self.environment.get("INTERLOCK_CLIENT_PID", "")
        return int(pid) if pid.isdecimal() else None

    @property
    def is_attended(self) -> bool:
        """Whether a person sits at the session."""
        kind = self.environment.get("CLAUDE_CODE_ENTRYPOINT")
        return kind == "cli" and "CLAUDE_CODE_SESSION_KIND" not in self.environment

    def at_home(self, path: str) -> str:
        """`path` with a leading `~` resolved, as the session's shell would."""
        return self.home + path[1:] if path == "~" or path.startswith("~/") else path

    def edited_paths(self) -> list[tuple[str, str]]:
        """What an editor's call names, and ".", each with the directory it is relative to; never refuses the event."""
        named = [self.tool_input.get(name) for name in ("file_path", "notebook_path")]
        cwd = self._fields.get("cwd")
        directory = cwd if isinstance(cwd, str) and os.path.isdir(cwd) else self.started_in
        return [(self.at_home(path), directory) for path in (*named, ".") if isinstance(path, str)]

    def _text(self, name: str) -> str:
        value = self._fields.get(name)
        if not isinstance(value, str) or not value:
            raise BadEvent(f"the hook's input has no text in {name!r}")
        return value

    def _optional_text(self, name: str) -> str | None:
        value = self._fields.get(name)
        if value is not None and not isinstance(value, str):
            raise BadEvent(f"the hook's input has {name!r}, but not as text")
        return value or None


def plugin_file(*path: str) -> str:
    """A file of the plugin itself."""
    return os.path.join(os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__)))), *path)
