"""Errors that a Bash command reports in files that others are editing: counted, their holders notified, explained."""

from __future__ import annotations

import os

from hooks.bash import outcome

TYPE_CHECKING = False
if TYPE_CHECKING:
    from hooks.bash.outcome import Outcome
    from hooks.event.event import Event
    from mcp_server.core.builds.blame import Judgement
    from mcp_server.domain.decision import AgentRights
    from mcp_server.hook_app import HookStore


class Found:
    """What there is to say of a command: the errors in files of others, or of nobody, how often the call has failed
    because of others, and that the agent goes in circles.
    """

    __slots__ = ("attempts", "circle", "judgement")

    def __init__(self, judgement: Judgement | None, attempts: int, circle: str) -> None:
        self.judgement, self.attempts, self.circle = judgement, attempts, circle


def find(event: Event, store: HookStore) -> Found | None:
    """What there is to say, which is recorded; None for nothing."""
    found = outcome.of(event)
    if found is None or store.guard.policy().mode == "off":
        return None
    rights = store.guard.rights(event.key, event.parent_key)
    if rights.family:
        _note_end(store, rights.family[0], found)
    if found.may_report_errors:
        judgement = _judged(store, rights, event.directory, found)
        attempts = _counted(store, rights.family[0], judgement, found.command) if rights.family else 1
        circle = _circle(event, store, rights, found, judgement)
        concerns = bool(judgement.foreign or judgement.nobodys)
        return Found(judgement if concerns else None, attempts, circle) if concerns or circle else None
    _note_tests(store, rights, found, failed=bool(found.exit_code))
    if not found.exit_code:
        _note_success(store, rights, found.command)
    circle = _circle(event, store, rights, found, None)
    return Found(None, 1, circle) if circle else None


def _circle(event: Event, store: HookStore, rights: AgentRights, found: Outcome, judgement: Judgement | None) -> str:
    """Whether the agent goes in circles; looked at only where a claim is held and there may be a sign."""
    if event.command is None or not rights.claims():
        return ""
    went_well = found.exit_code == 0 and judgement is None
    if went_well and "commit" not in found.command and not store.activity.is_failing(rights.family[0]):
        return ""
    from hooks.track import commands

    return commands.after_command(store, rights, found, judgement)


def advice(event: Event, store: HookStore, judgement: Judgement, attempts: int) -> str:
    """What to tell the agent. With a person at the session, this first waits until the files are quiet."""
    from mcp_server.core.builds.advice import advice_on

    policy = store.guard.policy()
    quiet = None
    edited = [suspect.path for suspect in judgement.foreign if not (suspect.stopped or suspect.elsewhere)]
    if attempts == 1 and edited and _waits(policy.hold_builds, event):
        from hooks.bash.wait_quiet import until_quiet

        paths = [os.path.join(store.repository.root, path) for path in edited]
        quiet = until_quiet(paths, most=policy.retry_seconds)
    return advice_on(judgement, store.now, attempts=attempts, retry_seconds=policy.retry_seconds, quiet=quiet)


def _note_end(store: HookStore, own: int, found: Outcome) -> None:
    """Record which command failed last, if it still does, for whoever continues the agent's task."""
    ended_well = found.exit_code == 0 and store.activity.failed_last(own, found.command)
    if found.exit_code or ended_well:
        with store.writing():
            store.activity.ended(own, found.command, failed=not ended_well)


def _note_tests(store: HookStore, rights: AgentRights, found: Outcome, *, failed: bool) -> None:
    """Record a test run, which is compared with what the agent says of its work."""
    from mcp_server.domain.heuristics.test_command import runs_tests

    if rights.family and runs_tests(found.command):
        with store.writing():
            store.activity.ran(rights.family[0], found.command, failed=failed)


def _note_success(store: HookStore, rights: AgentRights, command: str) -> None:
    """Record that a command succeeded, which no longer waits for the files that it had failed because of."""
    if rights.family and store.activity.waits(rights.family[0]):
        from mcp_server.core.builds.failures import passed

        with store.writing():
            passed(store.activity, rights.family[0], command)


def _judged(store: HookStore, rights: AgentRights, directory: str, found: Outcome) -> Judgement:
    from mcp_server.adapters.git.source_tree import SourceTree
    from mcp_server.build_errors.reader import read
    from mcp_server.core.builds import blame

    report = read(
        found.output,
        command=found.command,
        exit_code=found.exit_code,
        cwd=directory,
        tree=SourceTree(store.repository.root),
    )
    _note_tests(store, rights, found, failed=bool(found.exit_code or report.files))
    if store.has_begun_edits:
        from hooks.event import edits

        edits.look(store, after_a_command=True)
    return blame.judge(store, rights, report.files)


def _counted(store: HookStore, own: int, judgement: Judgement, command: str) -> int:
    """How often the command has failed because of others by now; their holders get a message."""
    from mcp_server.core.builds import failures

    with store.writing():
        retry_seconds = store.guard.policy().retry_seconds
        attempts = failures.failed(store.activity, own, judgement, command, retry_seconds=retry_seconds)
        for holder, subject, text in failures.messages_to_holders(
            judgement, waiting=store.activity.name(own), command=command, attempts=attempts
        ):
            store.inbox.post(own if attempts > 1 else None, holder, subject, text)
    return attempts


def _waits(setting: str, event: Event) -> bool:
    """Whether to wait before answering; by default only where a person sits at the session."""
    if setting != "auto":
        return setting == "always"
    return event.is_attended
