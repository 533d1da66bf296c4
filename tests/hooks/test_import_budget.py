"""A hook on the hot path imports little: every module delays each edit."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from mcp_server.adapters.git.runner import answer
from mcp_server.sandbox import ignored
from tests.hooks.conftest import Work
from tests.hooks.runner import ROOT, Hooks
from tests.transcripts import append, response, write

FINDING_OUT = {
    "hooks",
    "hooks.event",
    "hooks.event.event",
    "hooks.event.failure",
    "hooks.event.targets",
    "hooks.event.io",
    "mcp_server",
    "mcp_server.adapters",
    "mcp_server.adapters.host",
    "mcp_server.adapters.host.repository",
    "__future__",
    "_collections_abc",
    "_json",
    "_signal",
    "_stat",
    "gc",
    "genericpath",
    "os",
    "posixpath",
    "stat",
}
"""All that is imported in a repository that does not use Interlock."""
DECIDING = FINDING_OUT | {
    "mcp_server.adapters.host.other_names",
    "_functools",
    "_sqlite3",
    "mcp_server.adapters.sqlite",
    "mcp_server.adapters.settings",
    "mcp_server.core.guard",
    "mcp_server.domain.scopes",
    "mcp_server.domain.text",
    "hooks.event.edits",
    "mcp_server.adapters.sqlite.commands",
    "mcp_server.domain.activity",
    "mcp_server.adapters.sqlite.ids",
    "mcp_server.adapters.sqlite.light",
    "mcp_server.adapters.host.file_stamp",
    "mcp_server.adapters.settings.mode",
    "mcp_server.adapters.settings.policy_cache",
    "mcp_server.adapters.sqlite.guard",
    "mcp_server.core",
    "mcp_server.core.guard.paths",
    "mcp_server.domain",
    "mcp_server.domain.decision",
    "mcp_server.domain.scopes.matching",
    "mcp_server.domain.scopes.pattern",
    "mcp_server.domain.scopes.scope",
    "mcp_server.hook_app",
}

LOOKING_AT_HOLDERS = {
    "mcp_server.adapters.host.clock",
    "mcp_server.adapters.host.processes",
    "mcp_server.adapters.sqlite.presence",
    "mcp_server.adapters.sqlite.presence.book",
    "mcp_server.domain.presence",
}
READING = DECIDING | {
    "hooks.bash",
    "hooks.bash.before",
    "hooks.bash.kernel",
    "mcp_server.adapters.git",
    "mcp_server.adapters.git.bash_disk",
    "mcp_server.adapters.host.bash_disk",
    "mcp_server.adapters.sqlite.commands",
    "mcp_server.core.guard.bash",
    "mcp_server.core.guard.command",
    "mcp_server.domain.activity",
    "tree_sitter._binding",
    "tree_sitter_bash._binding",
}
"""Beside the modules of the reader itself, which load the families of programs that a command names."""
CONFINING = {
    "hooks.bash.sandboxed",
    "mcp_server.sandbox",
    "mcp_server.sandbox.cleanup",
    "mcp_server.sandbox.ignored",
    "mcp_server.sandbox.placeholders",
    "mcp_server.adapters.git.programs",
    "mcp_server.sandbox.record",
    "zlib",
}
LISTENING = DECIDING | {
    "hooks.bash",
    "mcp_server.domain.heuristics",
    "hooks.bash.errors",
    "hooks.bash.outcome",
    "mcp_server.adapters.sqlite.commands",
    "mcp_server.build_errors",
    "mcp_server.build_errors.reader",
    "mcp_server.build_errors.reading",
    "mcp_server.adapters.sqlite.activity",
    "mcp_server.domain.heuristics.test_command",
    "mcp_server.domain.heuristics.shell_words",
    "mcp_server.domain.activity",
}


COUNTING = {
    "_blake2",
    "hooks.session",
    "hooks.session.accounting",
    "mcp_server.adapters.sqlite.inbox",
    "mcp_server.domain.activity",
    "mcp_server.adapters.sqlite.usage",
    "mcp_server.adapters.sqlite.usage.book",
    "mcp_server.adapters.transcripts",
    "mcp_server.adapters.transcripts.reader",
    "mcp_server.core.usage",
    "mcp_server.core.usage.account",
    "mcp_server.domain.usage",
    "mcp_server.domain.usage.response",
}


def settings(hooks: Hooks, text: str) -> None:
    """The repository's settings are these."""
    file = hooks.repo / ".claude" / "interlock.toml"
    file.parent.mkdir()
    file.write_text(text)
    hooks.send("PreToolUse", tool_name="Bash", tool_input={"command": "ls"})  # they are read once for each version


def loaded(script: str, event: dict[str, object], hooks: Hooks) -> set[str]:
    """The modules that the script loads beyond those of a bare interpreter."""
    done = subprocess.run(
        [sys.executable, "-I", "-S", "-X", "importtime", ROOT / "hooks" / script],
        input=json.dumps(event),
        capture_output=True,
        text=True,
        check=True,
        env=hooks.environment,
        cwd=hooks.repo,
    )
    ours = _modules(done.stderr) - _modules(_bare())
    assert "hooks.event.io" in ours, "the script was not measured"
    return ours


def _bare() -> str:
    done = subprocess.run(
        [sys.executable, "-I", "-S", "-X", "importtime", "-c", "pass"], capture_output=True, text=True, check=True
    )
    return done.stderr


def _modules(importtime: str) -> set[str]:
    found = {line.rsplit("|", 1)[1].strip() for line in importtime.splitlines() if line.startswith("import time:")}
    assert len(found) > 5, "nothing was measured"
    return found - {"imported package"}


def event(hooks: Hooks, path: str | Path) -> dict[str, object]:
    return {
        "session_id": "s1",
        "cwd": str(hooks.repo),
        "hook_event_name": "PreToolUse",
        "tool_name": "Edit",
        "tool_input": {"file_path": str(path)},
        "tool_use_id": "t1",
    }


def test_the_guard_in_a_repository_not_in_use_loads_only_what_finds_that_out(hooks: Hooks) -> None:
    assert loaded("pre_tool_use.py", event(hooks, "src/a.py"), hooks) <= FINDING_OUT


def test_the_guard_loads_only_what_a_decision_needs(hooks: Hooks, work: Work) -> None:
    work.claim(work.agent("other"), "src/auth/**")
    work.agent("s1")

    assert loaded("pre_tool_use.py", event(hooks, "src/api/x.py"), hooks) <= DECIDING


def test_somebody_elses_lease_in_the_way_loads_what_tells_whether_its_holder_lives(hooks: Hooks, work: Work) -> None:
    work.claim(work.agent("other"), "src/auth/**")

    assert loaded("pre_tool_use.py", event(hooks, "src/auth/x.py"), hooks) <= DECIDING | LOOKING_AT_HOLDERS


def test_an_edit_in_ones_own_scope_looks_at_nobody(hooks: Hooks, work: Work) -> None:
    work.claim(work.agent("s1"), "src/auth/**")

    assert loaded("pre_tool_use.py", event(hooks, "src/auth/x.py"), hooks) <= DECIDING


@pytest.mark.parametrize("command", ["ls -la | head", "cd src && sed -i s/a/b/ auth/x.py", "git add src/auth && make"])
def test_before_a_command_only_the_reader_is_loaded_beside_a_decision(hooks: Hooks, work: Work, command: str) -> None:
    work.claim(work.agent("s1"), "src/auth/**")
    settings(hooks, 'bash = "check"\n')
    called = {**event(hooks, ""), "tool_name": "Bash", "tool_input": {"command": command}}

    found = {name for name in loaded("pre_tool_use.py", called, hooks) if not name.startswith("mcp_server.bash")}
    assert "tree_sitter._binding" in found
    assert found <= READING


def test_to_confine_a_command_only_its_record_is_loaded_beside_that(hooks: Hooks, work: Work) -> None:
    work.claim(work.agent("s1"), "src/auth/**")
    (Path(hooks.environment["CLAUDE_PLUGIN_DATA"]) / "kernel").write_text("landlock")
    known = ignored.file_of(str(hooks.repo / ".git" / "interlock"), str(hooks.repo))
    ignored.refresh(str(hooks.repo), known, answer)
    called = {**event(hooks, ""), "tool_name": "Bash", "tool_input": {"command": "make"}, "tool_use_id": "t1"}

    found = {name for name in loaded("pre_tool_use.py", called, hooks) if not name.startswith("mcp_server.bash")}
    assert "mcp_server.sandbox.record" in found
    assert found <= READING | CONFINING


def test_after_a_successful_command_little_more_than_a_decision_is_loaded(hooks: Hooks, work: Work) -> None:
    agent = work.agent("s1")
    work.claim(agent, "src/auth/**")
    with work.store.writing() as books:
        books.activity.ended(agent, "another command", failed=True)
    done = {
        **event(hooks, ""),
        "hook_event_name": "PostToolUse",
        "tool_name": "Bash",
        "tool_input": {"command": "make"},
        "tool_response": {"stdout": "all is well", "stderr": ""},
    }

    assert loaded("post_bash.py", done, hooks) <= LISTENING


def test_activity_loads_no_more_than_a_decision(hooks: Hooks, work: Work) -> None:
    work.agent("s1")

    assert loaded("activity.py", event(hooks, "x"), hooks) <= DECIDING


def test_counting_what_was_spent_loads_only_what_reads_and_counts_and_a_budget_what_watches_it(
    hooks: Hooks, work: Work, tmp_path: Path
) -> None:
    work.claim(work.agent("s1"), "src/auth/**")
    transcript = write(tmp_path / "s1.jsonl", response("m1", at=""))
    step = {**event(hooks, "x"), "hook_event_name": "PostToolBatch", "transcript_path": str(transcript)}

    assert loaded("activity.py", step, hooks) <= DECIDING | COUNTING
    settings(hooks, "[budget]\nagent_tokens = 1_000_000\n")
    append(transcript, response("m2", at=""))
    assert loaded("activity.py", step, hooks) <= DECIDING | COUNTING | {
        "mcp_server.adapters.sqlite.usage.budgets",
        "mcp_server.core.usage.watch",
        "mcp_server.domain.usage.budget",
    }
    assert loaded("activity.py", step, hooks) <= DECIDING | COUNTING


def test_after_an_edit_only_the_copy_of_the_file_is_loaded_beside_a_decision(hooks: Hooks, work: Work) -> None:
    work.agent("s1")
    hooks.edits("src/a.py")  # the agent is new in this worktree
    hooks.edit("src/a.py")
    (hooks.repo / "src/a.py").write_text("more\n")
    call = {"tool_name": "Edit", "tool_input": {"file_path": "src/a.py"}, "tool_use_id": "t1"}
    done = {**event(hooks, ""), "hook_event_name": "PostToolBatch", "tool_calls": [call]}

    assert loaded("activity.py", done, hooks) <= DECIDING | {
        "mcp_server.adapters.host.atomic_write",
        "mcp_server.adapters.host.edit_backups",
        "mcp_server.adapters.sqlite.inbox",
    }


def test_announcing_a_caller_loads_little_more_than_a_decision(hooks: Hooks, work: Work) -> None:
    work.agent("s1")
    called = {**event(hooks, ""), "tool_name": "mcp__plugin_interlock_interlock__board"}
    hooks.send("PreToolUse", **called)  # the agent is new in this worktree, and its process is not known

    assert loaded("pre_tool_use.py", called, hooks) <= DECIDING | {
        "hooks.event.announce",
        "mcp_server.adapters.sqlite.commands",
        "mcp_server.domain.activity",
    }
