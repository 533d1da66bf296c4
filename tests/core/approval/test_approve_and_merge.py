"""Approving with a merge: both or neither, also when it is killed; and the check of what waits."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from mcp_server.core.agents.command_line import PersonsAct
from mcp_server.core.approval.check import check_task
from mcp_server.core.approval.decide import Approved, NotApproved, approve_and_merge, approve_task
from mcp_server.core.merge.request import NotMerged
from mcp_server.core.tasks import update
from mcp_server.domain.errors import Misuse
from mcp_server.domain.merge import CheckResult
from mcp_server.domain.settings import MergeSettings
from tests.adapters.git_repositories import git
from tests.core.merge.test_merge import MergeRepo
from tests.core.merge.test_merge_killed import Killer, Step
from tests.core.review.test_closing import person, review_of


@pytest.fixture
def merge_repo(tmp_path: Path) -> MergeRepo:
    """A repository with a branch whose task waits for review."""
    made = MergeRepo(tmp_path)
    made.workspace.claimed(made.ada, "A")
    update.update_task(made.workspace.place, made.ada, "A", status="review")
    return made


def approve(merge_repo: MergeRepo, by: int | None = None) -> Approved | NotApproved:
    who = by if by is not None else person(merge_repo.workspace, "rob")
    return approve_and_merge(merge_repo.workspace.place, merge_repo.git, who, "A", note="good", line="…")


def status(merge_repo: MergeRepo) -> tuple[str, list[str | None]]:
    return merge_repo.workspace.task("A").status, [lease.task for lease in merge_repo.workspace.leases()]


def test_it_is_merged_and_done_and_what_waited_is_ready(merge_repo: MergeRepo) -> None:
    done = approve(merge_repo)
    assert isinstance(done, Approved)
    assert (done.ready, done.away) == (("B",), False)
    assert done.merged is not None
    assert merge_repo.head() == merge_repo.head("a")
    assert status(merge_repo) == ("done", [])
    assert [event.kind for event in merge_repo.workspace.events("approved")] == ["approved"]
    assert merge_repo.workspace.task("B").ready is True


def test_approved_without_a_merge_its_branch_is_still_to_be_merged(merge_repo: MergeRepo) -> None:
    done = approve_task(merge_repo.workspace.place, person(merge_repo.workspace, "rob"), "A", note=None, line="…")
    assert (done.away, done.ready) == (True, ())
    assert merge_repo.lands().ready == ("B",)


@pytest.mark.parametrize("why", ["conflict", "uncommitted", "check"])
def test_what_is_in_the_way_of_the_merge_leaves_it_waiting(merge_repo: MergeRepo, why: str) -> None:
    if why == "conflict":
        merge_repo.write(merge_repo.root, "src/a", "another\n")
        merge_repo.commit(merge_repo.root, "another")
    elif why == "uncommitted":
        merge_repo.write(merge_repo.tree, "src/more", "more\n")
    else:
        settings = merge_repo.workspace.settings
        merge_repo.workspace.settings = settings._replace(merge=MergeSettings(check="echo oh no; exit 7"))
    before = merge_repo.head()
    kept = approve(merge_repo)
    assert isinstance(kept, NotApproved)
    assert kept.outcome.reason == why
    assert (merge_repo.head(), status(merge_repo)) == (before, ("review", ["A"]))
    check = review_of(merge_repo.workspace, "A").check
    assert (check and (check.code, check.lines)) == ((7, ("oh no",)) if why == "check" else None)


def test_its_author_merges_nothing_by_approving(merge_repo: MergeRepo) -> None:
    before = merge_repo.head()
    with pytest.raises(PersonsAct):
        approve(merge_repo, merge_repo.ada)
    assert (merge_repo.head(), status(merge_repo)) == (before, ("review", ["A"]))


def test_it_is_merged_by_whoever_approves_it_and_by_nobody_else(merge_repo: MergeRepo) -> None:
    kept = merge_repo.is_kept()
    assert (kept.reason, "interlock approve A --merge" in kept.advice) == ("review", True)
    merge_repo.lands(force=True)
    assert status(merge_repo)[0] == "review", "a person who merges by force has not approved it"
    done = approve(merge_repo)
    assert isinstance(done, Approved)
    assert done.merged is not None
    assert done.merged.already
    assert done.ready == ("B",)


def test_the_check_is_run_on_the_result_of_the_merge_and_kept_with_the_task(merge_repo: MergeRepo) -> None:
    with pytest.raises(Misuse, match="has no check"):
        check_task(merge_repo.workspace.place, merge_repo.git, merge_repo.pat, "A")
    settings = merge_repo.workspace.settings
    merge_repo.workspace.settings = settings._replace(merge=MergeSettings(check="test -f src/a && echo fine"))
    before = merge_repo.head()
    result = check_task(merge_repo.workspace.place, merge_repo.git, merge_repo.pat, "A")
    assert isinstance(result, CheckResult)
    assert (result.code, result.lines) == (0, ("fine",))
    check = review_of(merge_repo.workspace, "A").check
    assert check is not None
    assert (check.code, check.commit) == (0, merge_repo.head("a"))
    assert (merge_repo.head(), status(merge_repo)[0]) == (before, "review")
    merge_repo.write(merge_repo.root, "src/a", "another\n")
    merge_repo.commit(merge_repo.root, "another")
    outcome = check_task(merge_repo.workspace.place, merge_repo.git, merge_repo.pat, "A")
    assert isinstance(outcome, NotMerged)
    assert outcome.reason == "conflict"


class ApprovalKiller(Killer):
    """Runs `interlock approve A --merge`."""

    def command(self) -> list[str]:
        return [*super().command()[:3], "approve", "A", "--merge", "--json"]


@pytest.mark.parametrize(
    ("step", "is_merged"),
    [
        (Step("merge --no-edit", "after"), False),
        (Step("update-ref", "before"), False),
        (Step("update-ref", "after"), True),
    ],
    ids=["in the temporary checkout", "before the base moves", "when the base has moved"],
)
def test_a_killed_approval_leaves_both_or_neither(
    merge_repo: MergeRepo, tmp_path: Path, step: Step, is_merged: bool
) -> None:
    merge_repo.write(merge_repo.root, "beside", "x\n")
    merge_repo.commit(merge_repo.root, "beside")
    killer = ApprovalKiller(merge_repo, tmp_path)
    killer.killed_at(step)
    found = subprocess.run(  # whatever comes next on the command line finishes what was begun
        [*killer.command()[:3], "conflicts"],
        cwd=merge_repo.root,
        env=killer.environment,
        capture_output=True,
        check=False,
    )
    assert found.returncode == 0, found.stdout + found.stderr
    tip = merge_repo.head("a")
    merged = tip in merge_repo_log(merge_repo)
    assert (merged, status(merge_repo)[0]) == ((True, "done") if is_merged else (False, "review"))
    if not is_merged:
        done = killer.repeated()
        assert done.returncode == 0, done.stdout + done.stderr
        assert tip in merge_repo_log(merge_repo)
    assert status(merge_repo) == ("done", [])
    assert merge_repo.workspace.task("B").ready is True


def merge_repo_log(merge_repo: MergeRepo) -> list[str]:

    return git(merge_repo.root, "log", "--format=%H").split()
