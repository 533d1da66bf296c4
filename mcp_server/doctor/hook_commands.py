"""Runs the installed hooks for an event: their commands from hooks.json, run as Claude Code runs them."""

from __future__ import annotations

import json
import os
import re
import subprocess
from collections.abc import Iterator, Mapping
from pathlib import Path
from time import perf_counter
from typing import Any, NamedTuple

GRACE_SECONDS = 5


class HookFailed(Exception):
    """A hook gave no answer that Claude Code understands; the message says what it did instead."""


class Reply(NamedTuple):
    """The hooks' answers to one event, all empty when they pass it silently, and how long they took."""

    denied: str = ""
    context: str = ""
    for_user: str = ""
    complaint: str = ""
    seconds: float = 0.0

    @property
    def is_silent(self) -> bool:
        """Whether there was no answer at all."""
        return not (self.denied or self.context or self.for_user or self.complaint)


class HookCommands:
    """The hooks of the plugin in `root`, for a session in the folder `project`; `data` is the plugin's data folder."""

    def __init__(self, root: Path, *, data: Path, project: Path) -> None:
        self._root = root
        self._project = project
        self._environ = {
            **os.environ,
            "CLAUDE_PLUGIN_ROOT": str(root),
            "CLAUDE_PLUGIN_DATA": str(data),
            "CLAUDE_PROJECT_DIR": str(project),
        }

    def fire(self, event: Mapping[str, Any]) -> Reply:
        """Run every command for the event, one after the other; refuses (HookFailed) an invalid answer."""
        replies = [self._run(command, limit, event) for command, limit in self._commands(event)]
        if not replies:
            raise HookFailed(f"hooks.json has no command for {event['hook_event_name']} {event.get('tool_name', '')}")
        return Reply(
            denied="\n".join(reply.denied for reply in replies if reply.denied),
            context="\n".join(reply.context for reply in replies if reply.context),
            for_user="\n".join(reply.for_user for reply in replies if reply.for_user),
            complaint="\n".join(reply.complaint for reply in replies if reply.complaint),
            seconds=sum(reply.seconds for reply in replies),
        )

    def _commands(self, event: Mapping[str, Any]) -> Iterator[tuple[str, float]]:
        file = self._root / "hooks" / "hooks.json"
        try:
            groups = json.loads(file.read_text(encoding="utf-8"))["hooks"].get(event["hook_event_name"], [])
        except (OSError, ValueError, KeyError, AttributeError) as error:
            raise HookFailed(f"{file} cannot be read: {error!r}") from error
        for group in groups:
            if re.search(group.get("matcher", ""), event.get("tool_name", "")):
                yield from ((hook["command"], float(hook.get("timeout", 60))) for hook in group["hooks"])

    def _run(self, command: str, limit: float, event: Mapping[str, Any]) -> Reply:
        began = perf_counter()
        try:
            # Its own process group, as with the client: Ctrl-C is for whoever reads the answer.
            done = subprocess.run(
                ["sh", "-c", command],
                input=json.dumps(event).encode(),
                capture_output=True,
                check=False,
                cwd=self._project,
                env=self._environ,
                timeout=limit + GRACE_SECONDS,
                start_new_session=True,
            )
        except subprocess.TimeoutExpired:
            raise HookFailed(f"the hook for {event['hook_event_name']} gave no answer within {limit:g} s") from None
        seconds = perf_counter() - began
        complaint = done.stderr.decode(errors="replace").strip()
        if done.returncode != 0:
            words = complaint[-300:] or "it said nothing"
            raise HookFailed(f"the hook for {event['hook_event_name']} ended with {done.returncode}: {words}")
        return _understood(done.stdout.decode(errors="replace"), complaint, seconds)


def _understood(said: str, complaint: str, seconds: float) -> Reply:
    if not said.strip():
        return Reply(complaint=complaint, seconds=seconds)
    try:
        answer = json.loads(said)
        specific = answer.get("hookSpecificOutput", {})
        denied = specific.get("permissionDecision") == "deny"
    except (ValueError, AttributeError):
        raise HookFailed(f"a hook's answer is not the JSON that Claude Code reads: {said[:200]!r}") from None
    return Reply(
        denied=specific.get("permissionDecisionReason", "no reason given") if denied else "",
        context=specific.get("additionalContext", ""),
        for_user=answer.get("systemMessage", ""),
        complaint=complaint,
        seconds=seconds,
    )
