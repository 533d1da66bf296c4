"""Lists that number their own tasks: the ids are what their readers would name, and no byte of them changes."""

from __future__ import annotations

import pytest

from mcp_server.core.board.board import read_board
from mcp_server.core.task_list import sync
from mcp_server.core.tasks import claim
from mcp_server.core.tasks.plan import Proposal
from mcp_server.core.tasks.refusals import Refused
from tests.core.task_list.workspace import TaskListWorkspace, update
from tests.workspace import task

SHAPES: dict[str, tuple[str, list[str]]] = {
    "phases with padded numbers": (
        "## Phase 1: Setup\n\n- [x] T001 Create the project\n- [ ] T002 [P] Set up the linter\n\n"
        "## Phase 2\n\n- [ ] T003 [P] [US1] Model of a customer in src/models/customer.py\n",
        ["T001", "T002", "T003"],
    ),
    "nested numbers": (
        "# Implementation plan\n\n- [ ] 1. Set up the project\n  - Make the folders\n  - _Requirements: 1.1_\n"
        "- [ ] 2. Models\n- [ ] 2.1 Create the interfaces\n  - [ ]* 2.2 Test them\n",
        ["1", "2", "2.1", "2.2"],
    ),
    "chapters with numbers": (
        "## 1. Store\n- [x] 1.1 Add the table\n- [ ] 1.2 Add the index\n\n## 2. Page\n- [ ] 2.1 Show it\n",
        ["1.1", "1.2", "2.1"],
    ),
    "tickets of a tracker": (
        "- [ ] PROJ-13: Sign in\n- [ ] PROJ-14: Sign out\n- [x] OPS-2: Certificates\n",
        ["PROJ-13", "PROJ-14", "OPS-2"],
    ),
    "linked tickets": (
        "* [ ] [PROJ-13](https://t.example/PROJ-13) Sign in\n* [ ] [PROJ-14](https://t.example/PROJ-14): Sign out\n",
        ["PROJ-13", "PROJ-14"],
    ),
    "issues": ("- [ ] #15\n- [x] #16 Sign out\n- [ ] [#17](https://h.example/17) Menu\n", ["#15", "#16", "#17"]),
    "id and title in one bold": (
        "- [x] **T1. Skeleton**\n- [ ] **T3. Deploy** (scope: `deploy`)\n- [ ] **T4. Docs** (scope: `docs`)\n",
        ["T1", "T3", "T4"],
    ),
    "bold with a colon inside": ("- [ ] **T1: Skeleton**\n- [ ] **T2: Deploy**\n", ["T1", "T2"]),
    "parts of tasks": ("- [ ] **T4.1** proper 404\n- [ ] **T4.2** proper 500\n", ["T4.1", "T4.2"]),
    "priorities with numbers": ("- [ ] **P0.8** Payments\n- [ ] **P1.2** Mail\n", ["P0.8", "P1.2"]),
    "milestones": ("- [ ] **T-M4-4f** Fees\n- [ ] **T-M4-4g** Rates\n", ["T-M4-4f", "T-M4-4g"]),
    "milestones in front": ("- [ ] M1: Skeleton\n- [x] M2: Deploy\n- [ ] M3: Docs\n", ["M1", "M2", "M3"]),
    "tasks of a backlog": ("- [ ] task-7 - Sign in\n- [ ] task-8 - Sign out\n", ["task-7", "task-8"]),
    "words with notes": (
        "- [ ] **auth** Passkeys (scope: `src/auth`)\n- [ ] **ui-2** Buttons (after: auth)\n",
        ["auth", "ui-2"],
    ),
    "numbers in a numbered list": (
        "1. [ ] **1.1** Store\n2. [ ] **1.2** Page\n3. [x] **1.3** Menu\n",
        ["1.1", "1.2", "1.3"],
    ),
    "user stories": ("- [ ] US1 - Sign in\n- [ ] US2 - Sign out\n", ["US1", "US2"]),
    "brackets": ("- [ ] [AUTH-1] Sign in\r\n- [ ] [AUTH-2] Sign out\r\n", ["AUTH-1", "AUTH-2"]),
    "code": ("- [ ] `T4.1`: Sign in\n- [ ] `T4.2`: Sign out\n", ["T4.1", "T4.2"]),
    "no numbers at all": ("- [ ] Sign in\n- [ ] **Important** Sign out\n- [ ] 3 retries\n", ["T1", "T2", "T3"]),
    "words that look like numbers": (
        "- [ ] UTF-8 everywhere\n- [ ] 3.11 support\n- [ ] S3: uploads\n- [ ] **P1** Fix\n- [ ] **P1** Test\n",
        ["T1", "T2", "T3", "T4", "T5"],
    ),
    "numbered anew in each chapter": (
        "## Shop\n- [ ] 1.1 Cart\n- [ ] 1.2 Prices\n## Blog\n- [ ] 1.1 Posts\n",
        ["1.1", "1.2", "T1"],
    ),
    "a list of ours read elsewhere": (
        "- [~] **T2** Round once (scope: `src/billing/**`) — @ada\n"
        "- [ ] **search** Umlauts (scope: `src/search`; after: T2)\n",
        ["T2", "search"],
    ),
}


@pytest.mark.parametrize("shape", SHAPES)
def test_the_ids_are_those_that_a_reader_would_name(workspace: TaskListWorkspace, shape: str) -> None:
    text, ids = SHAPES[shape]

    created = sync.import_list(workspace.place, workspace.me, "x.md", text.encode()).created

    assert list(created) == ids
    assert sync.export_list(workspace.place).decode().replace("[~]", "[ ]") == text.replace("[~]", "[ ]").replace(
        " — @ada", ""
    )


@pytest.mark.parametrize("shape", SHAPES)
def test_in_the_file_only_lines_without_an_id_of_their_own_get_one(workspace: TaskListWorkspace, shape: str) -> None:
    text, ids = SHAPES[shape]
    workspace.listed(text)

    kept = workspace.paper.text
    workspace.sync()

    assert workspace.paper.text == kept
    for each in ids:
        kept = kept if each in text else kept.replace(f"**{each}** ", "")
    assert kept == text.replace("[~]", "[ ]").replace(" — @ada", "")
    for each in ids:
        assert workspace.task(each).id == each


def test_the_task_that_is_claimed_is_the_one_that_the_list_calls_so(workspace: TaskListWorkspace) -> None:
    workspace.listed(SHAPES["id and title in one bold"][0])

    claimed = claim.claim_task(workspace.place, workspace.me, "T3")

    assert isinstance(claimed, claim.Claimed)
    assert (claimed.task.title, claimed.task.scope) == ("Deploy", ("deploy",))
    workspace.sync()
    assert "- [~] **T3. Deploy** (scope: `deploy`) — @pat\n" in workspace.paper.text


def test_a_fresh_id_is_never_one_that_stands_in_the_list(workspace: TaskListWorkspace) -> None:
    workspace.listed("# Plan\n\nT1 and T2 come first, see **T3. Later**.\n\n- [ ] Sign in\n")

    assert "- [ ] **T4** Sign in\n" in workspace.paper.text
    assert workspace.plan(Proposal("Sign out", ["src/x"])).created == ("T5",)


def test_a_mark_for_an_agent_of_another_machine_is_offered_and_said_once(workspace: TaskListWorkspace) -> None:
    synced = workspace.listed("- [x] **T1** a (scope: `src`)\n- [~] **T2** b (scope: `lib`) — @ben\n- [~] **T3** c\n")

    assert "T2 was marked as in progress by @ben" in (synced.notice or "")
    assert "- [ ] **T2** b (scope: `lib`)\n" in workspace.paper.text
    assert "- [~] **T3** c\n" in workspace.paper.text, "a person's own mark"
    assert isinstance(claim.claim_task(workspace.place, workspace.me), claim.Claimed)


def test_a_task_that_waits_for_none_that_exists_is_ready_when_there_is_one(workspace: TaskListWorkspace) -> None:
    workspace.listed("- [ ] **T1** a (scope: `src`; after: shop)\n")

    refused = claim.claim_task(workspace.place, workspace.me, "T1")
    assert isinstance(refused, Refused)
    assert "it waits for a task that does not exist: shop" in refused.advice
    assert "T1 waits for 'shop', which is not a task" in read_board(workspace.place).troubles

    workspace.plan(task("shop", "shop"))
    workspace.sync()

    assert workspace.task("T1").status == "todo"
    assert read_board(workspace.place).troubles == ()
    assert isinstance(claim.claim_task(workspace.place, workspace.me, "T1"), Refused), "it waits for shop"


def test_what_is_wrong_stays_on_the_board_until_it_is_put_right(workspace: TaskListWorkspace) -> None:
    synced = workspace.listed(
        "- [ ] **T1** a (scope: `src/**`)\n- [ ] **T2** b (scope: `src/x`)\n- [ ] **T3** c (scope: `lib/[`)\n"
    )
    assert "T1 and T2 both cover src/x" in (synced.notice or "")
    assert workspace.sync().notice is None

    shown = read_board(workspace.place).troubles
    assert len(shown) == 2
    assert "the scope of T3 does not count" in shown[0]

    update(workspace, workspace.me, "T3", "done")
    assert len(read_board(workspace.place).troubles) == 1, "a scope of what is done does no harm"

    workspace.edit("`src/x`", "`src/x`; after: T1")

    assert read_board(workspace.place).troubles == ()
