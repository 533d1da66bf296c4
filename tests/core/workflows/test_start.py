"""Starting: what would be planned is shown first, and what is wrong is named before anything is planned."""

from __future__ import annotations

import pytest

from mcp_server.core.workflows.start import NotSeen
from mcp_server.domain.errors import Misuse
from mcp_server.ports import Printed
from tests.core.workflows.running import ahead, begin, run_of, states, tasks
from tests.workspace import Workspace

AUDIT = """
[parameters]
files = "src/**"
[[phases]]
name = "read"
for_each = { glob = "{files}" }
title = "Read {item}"
done_when = "`check {item}` passes"
[[phases]]
name = "collect"
title = "Collect the findings of {run}"
scope = ["report.md"]
"""


def test_a_dry_run_shows_every_phase_and_plans_nothing(workspace: Workspace) -> None:
    workspace.workshop.paths = ["src/a.py", "src/b.py", "docs/x.md"]
    before = workspace.dump()
    seen = ahead(workspace, AUDIT)
    assert [(one.phase.name, [task.proposal.title for task in one.tasks]) for one in seen.phases] == [
        ("read", ["Read src/a.py", "Read src/b.py"]),
        ("collect", ["Collect the findings of RUN"]),
    ]
    after = [line for line in workspace.dump().splitlines() if line not in before.splitlines()]
    assert not [line for line in after if '"task"' in line or '"run"' in line]


def test_a_start_plans_the_first_phase_and_nothing_of_the_second(workspace: Workspace) -> None:
    workspace.workshop.paths = ["src/a.py", "src/b.py"]
    started = begin(workspace, AUDIT)
    assert (started.run.id, started.planned.created) == ("flow-1", ("T1", "T2"))
    assert tasks(workspace, 1) == {"src/a.py": "T1", "src/b.py": "T2"}
    assert tasks(workspace, 2) == {}
    assert states(workspace) == {"read": "open", "collect": "waiting"}
    assert workspace.task("T1").title == "Read src/a.py"
    assert begin(workspace, AUDIT).run.id == "flow-2"


def test_parameters_choose_the_items_and_unknown_or_missing_ones_are_refused(workspace: Workspace) -> None:
    workspace.workshop.paths = ["src/a.py", "lib/b.py", "web/c.ts"]
    seen = ahead(workspace, AUDIT, files="lib/** web/**")
    assert [task.item for task in seen.phases[0].tasks] == ["lib/b.py", "web/c.ts"]
    with pytest.raises(Misuse, match="no parameter 'paths': it has files"):
        ahead(workspace, AUDIT, paths="x")
    needs = AUDIT.replace('files = "src/**"', 'files = { description = "which ones" }')
    with pytest.raises(Misuse, match=r"needs files=… \(which ones\)"):
        ahead(workspace, needs)


def test_a_path_that_looks_like_a_pattern_or_a_command_stands_for_itself(workspace: Workspace) -> None:
    text = AUDIT.replace(
        'title = "Read {item}"', 'title = "Read {item}"\nscope = ["{item}", "{item.dir}/{item.stem}.md"]'
    )
    workspace.workshop.paths = ["src/[id]/a b.ts", "src/$(rm x).ts"]
    seen = ahead(workspace, text)
    proposals = {task.item: task.proposal for task in seen.phases[0].tasks}
    assert proposals["src/[id]/a b.ts"].scope == ("src/[[]id]/a b.ts", "src/[[]id]/a b.md")
    assert proposals["src/[id]/a b.ts"].done_when == "`check 'src/[id]/a b.ts'` passes"
    assert proposals["src/$(rm x).ts"].done_when == "`check 'src/$(rm x).ts'` passes"


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (AUDIT.replace('"src/**"', '"lib/**"'), "phase 'read' has no item: no file is covered by lib/\\*\\*"),
        (AUDIT.replace('glob = "{files}"', 'command = "boom"'), "`boom` failed with exit code 3: no such thing"),
        (AUDIT.replace('glob = "{files}"', 'command = "none"'), "nothing was printed by none"),
        ("[limits]\ntasks = 2\n" + AUDIT, "would plan 3 tasks .2 of them in phase 'read'.; its limit is 2"),
        (AUDIT.replace('"Read {item}"', '"Read {item}"\nrole = "king"'), "there is no role 'king'"),
        (AUDIT.replace('"Read {item}"', '"Read {item}"\nscope = ["src/{item.name}["]'), "is never closed"),
        (AUDIT.replace('"src/**"', '"src/[b-a]"'), "the wrong way round"),
    ],
)
def test_what_is_wrong_is_named_and_nothing_is_planned(workspace: Workspace, text: str, words: str) -> None:
    workspace.workshop.paths = ["src/a.py", "src/b.py"]
    workspace.workshop.prints = {"boom": Printed(3, ("no such thing",)), "none": Printed(0, ("", "  "))}
    with pytest.raises(Misuse, match=words):
        begin(workspace, text)
    with workspace.store.reading() as books:
        assert (books.tasks.counts(), books.runs.latest(5)) == ((0, 0), [])


def test_scopes_that_overlap_are_shown_with_the_titles_of_the_tasks(workspace: Workspace) -> None:
    workspace.workshop.paths = ["src/a.py", "src/b.py"]
    seen = ahead(workspace, AUDIT.replace('"Read {item}"', '"Read {item}"\nscope = ["{item.dir}/**"]'))
    [overlap] = seen.phases[0].overlaps
    assert overlap.tasks == ("Read src/a.py", "Read src/b.py")


def test_an_agent_has_no_command_run_that_nobody_has_committed(workspace: Workspace) -> None:
    workspace.workshop.committed = False
    gated = AUDIT.replace('title = "Read', 'gate = { command = "make" }\ntitle = "Read')
    workspace.workshop.paths = ["src/a.py"]
    with pytest.raises(NotSeen, match="interlock workflow start flow"):
        ahead(workspace, gated, judge=lambda _command: None)
    assert ahead(workspace, AUDIT, judge=lambda _command: None).phases, "it has none run"
    workspace.workshop.committed = True
    with pytest.raises(NotSeen, match="phase 'read' would run `make`, which you may not: it is held by bob"):
        ahead(workspace, gated, judge=lambda command: f"it is held by bob: {command}.")
    assert ahead(workspace, gated, judge=lambda _command: None).phases


def test_a_run_goes_on_with_the_text_it_was_started_with(workspace: Workspace) -> None:
    workspace.workshop.paths = ["src/a.py"]
    begin(workspace, AUDIT)
    workspace.workshop.texts["flow"] = "broken"
    assert "collect" in run_of(workspace).text
