"""After a Bash call, or a look at one in the background: does it report errors in files that others are editing?

Then the agent is told so. On the hot path: most calls report nothing.
"""

from __future__ import annotations

import os
import sys

sys.path.insert(0, os.path.dirname(os.path.dirname(os.path.abspath(__file__))))

from hooks.event import failure, io  # noqa: E402  the plugin's folder has to be on the path first
from mcp_server.adapters.host import repository as places  # noqa: E402

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from hooks.bash.outcome import Outcome
    from mcp_server.core.builds.blame import Judgement
    from mcp_server.domain.decision import AgentRights
    from mcp_server.hook_app import Desk


def main() -> None:
    """Answer one event with facts, or not at all: the call has been made."""
    output = ""
    try:
        with failure.deadline(failure.SECONDS):
            event = io.read_event()
            case = _case(event)
        # Holding the answer back takes longer than a decision may.
        output = _answer(event, case) if case is not None else ""
    except Exception as error:  # noqa: BLE001  a help that fails must not disturb the agent's work
        print(f"interlock: the errors were not looked at: {error}", file=sys.stderr)
    io.leave(output)


class _Case:
    """A failed call and whose errors it reports."""

    __slots__ = ("attempts", "desk", "judgement", "repository")

    def __init__(self, repository: places.Repository, desk: Desk, judgement: Judgement, attempts: int) -> None:
        self.repository = repository
        self.desk = desk
        self.judgement = judgement
        self.attempts = attempts


def _case(event: dict[str, Any]) -> _Case | None:
    directory = os.path.realpath(io.optional_text(event, "cwd") or os.getcwd())
    repository = places.used_at(directory, os.environ.get("CLAUDE_PROJECT_DIR"))
    if repository is None or repository.git_folder:
        return None
    from hooks.bash import outcome as _outcome
    from mcp_server import hook_app

    outcome = _outcome.of(event)
    if outcome is None:
        return None
    desk = hook_app.Desk(repository)
    if desk.guard.policy().mode == "off":
        return None
    rights = desk.guard.rights(*io.signs(event))
    if rights.family:
        _note_end(desk, rights.family[0], outcome)
    if not outcome.is_suspicious:
        _note_tests(desk, rights, outcome, failed=bool(outcome.exit_code))
        if not outcome.exit_code:
            _forget(desk, rights, outcome.command)
        return None
    return _judged(desk, rights, repository, directory, outcome)


def _note_end(desk: Desk, own: int, outcome: Outcome) -> None:
    """Whoever goes on with the agent's task is to know which command failed last, if it still does."""
    if outcome.exit_code:
        failed = True
    elif outcome.exit_code == 0 and desk.activity.failed_last(own, outcome.command):
        failed = False
    else:
        return
    from mcp_server.adapters.sqlite.light import begin_writing

    begin_writing(desk.connection)
    desk.activity.ended(own, outcome.command, failed=failed)
    desk.connection.execute("COMMIT")


def _note_tests(desk: Desk, rights: AgentRights, outcome: Outcome, *, failed: bool) -> None:
    """What the agent says of its work is held against its last test run."""
    from mcp_server.domain.heuristics.test_command import runs_tests

    if rights.family and runs_tests(outcome.command):
        from mcp_server.adapters.sqlite.light import begin_writing

        begin_writing(desk.connection)
        desk.activity.ran(rights.family[0], outcome.command, failed=failed)
        desk.connection.execute("COMMIT")


def _forget(desk: Desk, rights: AgentRights, command: str) -> None:
    """The command went well, so what it had failed because of is over."""
    if rights.family and desk.activity.waits(rights.family[0]):
        from mcp_server.adapters.sqlite.light import begin_writing
        from mcp_server.core.builds.failures import passed

        begin_writing(desk.connection)
        passed(desk.activity, rights.family[0], command)
        desk.connection.execute("COMMIT")


def _judged(
    desk: Desk, rights: AgentRights, repository: places.Repository, directory: str, outcome: Outcome
) -> _Case | None:
    from mcp_server.adapters.git.source_tree import SourceTree
    from mcp_server.adapters.sqlite.light import begin_writing
    from mcp_server.build_errors.reader import read
    from mcp_server.core.builds import blame, failures

    report = read(
        outcome.output,
        command=outcome.command,
        exit_code=outcome.exit_code,
        cwd=directory,
        tree=SourceTree(repository.root),
    )
    _note_tests(desk, rights, outcome, failed=bool(outcome.exit_code or report.files))
    judgement = blame.judge(desk, rights, report.files)
    if not rights.family:
        return _Case(repository, desk, judgement, 1) if judgement.foreign else None
    own = rights.family[0]
    begin_writing(desk.connection)
    attempts = failures.failed(desk.activity, own, judgement, outcome.command)
    for holder, subject, text in failures.deliveries(
        judgement, waiting=desk.activity.name(own), command=outcome.command, attempts=attempts
    ):
        desk.inbox.post(own if attempts > 1 else None, holder, subject, text)
    desk.connection.execute("COMMIT")
    return _Case(repository, desk, judgement, attempts) if judgement.foreign else None


def _answer(event: dict[str, Any], case: _Case) -> str:
    from mcp_server.core.builds.advice import advice

    policy = case.desk.guard.policy()
    quiet = None
    if case.attempts == 1 and _holds(policy.hold_builds):
        from hooks.bash import wait_quiet

        paths = [os.path.join(case.repository.root, suspect.path) for suspect in case.judgement.foreign]
        quiet = wait_quiet.until_quiet(paths, most=policy.retry_seconds)
    told = advice(
        case.judgement, case.desk.now, attempts=case.attempts, retry_seconds=policy.retry_seconds, quiet=quiet
    )
    return io.answer(io.text_of(event, "hook_event_name"), additionalContext=told)


def _holds(setting: str) -> bool:
    """Whether the answer is to be held; left to Interlock, only where a person sits at the session."""
    attended = os.environ.get("CLAUDE_CODE_ENTRYPOINT") == "cli" and "CLAUDE_CODE_SESSION_KIND" not in os.environ
    return setting == "always" or (setting == "auto" and attended)


if __name__ == "__main__":
    main()
