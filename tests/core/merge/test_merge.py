"""Merging a branch: what is merged, what is refused without any change, and which tasks become ready."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from mcp_server.adapters.git.checkout import GitCheckout
from mcp_server.adapters.git.merging.merge import GitMerge
from mcp_server.core.merge.merge import Merged, merge_branch
from mcp_server.core.merge.request import NotMerged, Options
from mcp_server.core.tasks import update
from mcp_server.core.tasks.plan import Proposal
from mcp_server.core.workplace import Workplace
from mcp_server.domain.errors import Misuse
from mcp_server.domain.settings import MergeSettings, Settings
from tests.adapters.git_repositories import git, git_repository
from tests.workspace import Workspace, task

TEN = "".join(f"line {number}\n" for number in range(1, 11))


class MergeRepo:
    """A repository with the worktree of task A on branch `a`, in which one commit was made."""

    def __init__(self, folder: Path) -> None:
        self.root = git_repository(folder / "repo")
        self.workspace = Workspace("sqlite", self.root / ".git")
        for name, value in (("user.name", "ada"), ("user.email", "ada@example.com")):
            git(self.root, "config", name, value)
        self.write(self.root, "ten", TEN)
        self.commit(self.root, "second")
        self.tree = folder / "a"
        git(self.root, "worktree", "add", "--quiet", "-b", "a", str(self.tree))
        self.workspace.plan(
            Proposal("Do `a`", ["src/a"], id="A", done_when="it is there"),
            task("B", "src/b", depends_on=["A"]),
            task("C", "src/c"),
        )
        self.write(self.tree, "src/a", "a\n")
        self.commit(self.tree, "work on a")
        with self.workspace.store.writing() as books:
            books.worktrees.add("A", str(self.tree), branch="a", base="main", start="c0", task="A")
            books.worktrees.move("A", "ready")
        self.ada = self.workspace.agent("ada", worktree=str(self.tree))
        self.pat = self.workspace.agent("pat")
        self.prepared: list[str] = []
        state = str(self.root / ".git/interlock")
        self.git = GitMerge(str(self.root), state, self.prepared.append)
        self.checkout = GitCheckout(str(self.root), state)

    def write(self, root: Path, name: str, text: str) -> None:
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text)

    def commit(self, root: Path, words: str) -> None:
        git(root, "add", "--all")
        git(root, "commit", "--quiet", f"--message={words}")

    def head(self, name: str = "main") -> str:
        return git(self.root, "rev-parse", name)

    def state(self) -> tuple[str, ...]:
        """All that a refused merge must leave as it was."""
        with self.workspace.store.reading() as books:
            books_say = (str(books.worktrees.all()), str(books.tasks.open(9)), str(books.pending_merges.pending()))
        files = sorted(
            f"{file.relative_to(self.root)} {file.read_bytes()!r}"
            for file in self.root.rglob("*")
            if file.is_file() and ".git" not in file.parts
        )
        said = [
            git(self.root, *words)
            for words in (["for-each-ref"], ["worktree", "list"], ["status", "--porcelain"], ["stash", "list"])
        ]
        return (*books_say, *files, *said)

    def merge(self, name: str = "A", **options: Any) -> Merged | NotMerged:
        by = options.pop("by", self.pat)
        return merge_branch(self.workspace.place, self.git, by, name, Options(**options))

    def lands(self, name: str = "A", **options: Any) -> Merged:
        outcome = self.merge(name, **options)
        assert isinstance(outcome, Merged), outcome
        assert git(self.root, "status", "--porcelain") == ""
        assert git(self.root, "worktree", "list").count("\n") == 1, "a checkout was left"
        return outcome

    def is_kept(self, name: str = "A", **options: Any) -> NotMerged:
        before = self.state()
        outcome = self.merge(name, **options)
        assert isinstance(outcome, NotMerged), outcome
        assert self.state() == before
        return outcome


@pytest.fixture
def merge_repo(tmp_path: Path) -> MergeRepo:
    return MergeRepo(tmp_path)


def test_a_branch_ahead_of_its_base_moves_the_base_forward(merge_repo: MergeRepo) -> None:
    update.update_task(merge_repo.workspace.place, merge_repo.ada, "A", status="done")
    merged = merge_repo.lands()
    assert (merged.branch, merged.base, merged.commit) == ("a", "main", merge_repo.head("a"))
    assert merge_repo.head() == merge_repo.head("a")
    assert (merge_repo.root / "src/a").read_text() == "a\n"
    assert merged.ready == ("B",)


def test_with_fast_forward_only_the_refusal_suggests_rebase(merge_repo: MergeRepo) -> None:
    merge_repo.write(merge_repo.root, "other", "x\n")
    merge_repo.commit(merge_repo.root, "beside")
    git(merge_repo.root, "config", "merge.ff", "only")
    kept = merge_repo.is_kept()
    assert kept.advice == (
        "git refused: Not possible to fast-forward, aborting; --rebase puts its commits on top. main was not moved"
    )
    merge_repo.lands(rebase=True)


def test_merging_before_the_task_is_done_unblocks_nothing(merge_repo: MergeRepo) -> None:
    merged = merge_repo.lands()
    assert (merged.ready, merged.unfinished) == ((), "A")
    merge_repo.write(merge_repo.tree, "src/a", "more\n")
    merge_repo.commit(merge_repo.tree, "more work on a")
    update.update_task(merge_repo.workspace.place, merge_repo.ada, "A", status="done")
    assert merge_repo.workspace.refused(merge_repo.pat, "B").waiting_for == ("A",)
    merged = merge_repo.lands()
    assert (merged.ready, merged.unfinished) == (("B",), None)


@pytest.fixture
def real(merge_repo: MergeRepo) -> Workplace:
    """The workplace with the very checkouts."""
    return merge_repo.workspace.place._replace(checkout=merge_repo.checkout)


def test_a_task_that_is_merged_first_and_done_then_sets_others_free_at_once(
    merge_repo: MergeRepo, real: Workplace
) -> None:
    merge_repo.lands()
    done = update.update_task(real, merge_repo.ada, "A", status="done")
    assert isinstance(done, update.Updated)
    assert (done.now_ready, done.away) == (("B",), False)


@pytest.mark.parametrize("is_committed", [True, False])
def test_work_after_an_early_merge_has_to_be_merged_too(
    merge_repo: MergeRepo, real: Workplace, is_committed: bool
) -> None:
    merge_repo.lands()
    merge_repo.write(merge_repo.tree, "src/a", "more\n")
    if is_committed:
        merge_repo.commit(merge_repo.tree, "more")
    done = update.update_task(real, merge_repo.ada, "A", status="done")
    assert isinstance(done, update.Updated)
    assert (done.now_ready, done.away) == ((), True)


def test_a_task_that_is_done_again_has_to_be_merged_again(merge_repo: MergeRepo) -> None:
    update.update_task(merge_repo.workspace.place, merge_repo.ada, "A", status="done")
    merge_repo.lands()
    update.update_task(merge_repo.workspace.place, merge_repo.ada, "A", status="released")
    merge_repo.write(merge_repo.tree, "src/a", "once more\n")
    merge_repo.commit(merge_repo.tree, "done anew")
    update.update_task(merge_repo.workspace.place, merge_repo.ada, "A", status="done")
    assert merge_repo.workspace.refused(merge_repo.pat, "B").waiting_for == ("A",)
    assert merge_repo.lands().ready == ("B",)


def test_a_branch_beside_its_base_is_merged_with_the_task_in_the_message_and_the_users_identity(
    merge_repo: MergeRepo,
) -> None:
    merge_repo.write(merge_repo.root, "other", "x\n")
    merge_repo.commit(merge_repo.root, "beside")
    old, tip = merge_repo.head(), merge_repo.head("a")
    merged = merge_repo.lands()
    assert git(merge_repo.root, "log", "-1", "--format=%P %s %an") == f"{old} {tip} Merge A: Do `a` ada"
    assert merged.commit == merge_repo.head()
    assert (merge_repo.root / "src/a").exists()
    assert (merge_repo.root / "other").exists()


@pytest.mark.parametrize("setting", [True, False])
def test_on_request_the_commits_are_rebased_and_the_branch_stays(merge_repo: MergeRepo, setting: bool) -> None:  # noqa: FBT001
    merge_repo.write(merge_repo.root, "other", "x\n")
    merge_repo.commit(merge_repo.root, "beside")
    tip = merge_repo.head("a")
    git(merge_repo.root, "config", "rebase.updateRefs", "true")
    if setting:
        merge_repo.workspace.settings = Settings(merge=MergeSettings("rebase"))
    merge_repo.lands(rebase=not setting)
    assert git(merge_repo.root, "log", "--format=%s", "-2").splitlines() == ["work on a", "beside"]
    assert merge_repo.head("a") == tip
    assert isinstance(again := merge_repo.merge(rebase=True), Merged)
    assert again.already


def test_dependants_are_unblocked_and_notified_of_the_commit(merge_repo: MergeRepo) -> None:
    update.update_task(merge_repo.workspace.place, merge_repo.ada, "A", status="done")
    bob = merge_repo.workspace.agent("bob")
    assert merge_repo.workspace.refused(bob, "B").waiting_for == ("A",)
    merged = merge_repo.lands()
    claimed = merge_repo.workspace.claimed(bob, "B")
    assert claimed.notes[0].text.startswith(f"A is merged into main as {merged.commit[:10]}: start from there")
    [event] = merge_repo.workspace.events("merged")
    assert (event.subject, event.agent) == ("A", "pat")


def test_an_agent_that_waited_for_the_merged_task_is_notified(merge_repo: MergeRepo) -> None:
    carl = merge_repo.workspace.agent("carl")
    merge_repo.workspace.claimed(merge_repo.ada, "A")
    merge_repo.workspace.refused(carl, "A")
    update.update_task(merge_repo.workspace.place, merge_repo.ada, "A", status="done")
    merge_repo.lands()
    assert [message.subject.partition(" as ")[0] for message in merge_repo.workspace.inbox(carl)] == [
        "A is merged into main"
    ]


def test_a_branch_that_is_merged_already_is_reported_as_such(merge_repo: MergeRepo) -> None:
    git(merge_repo.root, "merge", "--quiet", "a")
    update.update_task(merge_repo.workspace.place, merge_repo.ada, "A", status="done")
    merged = merge_repo.lands()
    assert merged.already
    assert merged.ready == ("B",)
    assert merge_repo.lands().already
    assert len(merge_repo.workspace.events("merged")) == 1


def test_more_work_after_a_merge_is_merged_again(merge_repo: MergeRepo) -> None:
    update.update_task(merge_repo.workspace.place, merge_repo.ada, "A", status="done")
    merge_repo.lands()
    merge_repo.write(merge_repo.tree, "src/a", "more\n")
    merge_repo.commit(merge_repo.tree, "more")
    assert not merge_repo.lands().already
    with merge_repo.workspace.store.reading() as books:
        assert [one.merged for one in books.worktrees.all()] == [merge_repo.head()]


def test_a_branch_that_interlock_did_not_make_is_merged_by_its_name(merge_repo: MergeRepo) -> None:
    git(merge_repo.root, "branch", "by/hand", "a")
    assert merge_repo.lands("by/hand").commit == merge_repo.head("a")
    assert [event.subject for event in merge_repo.workspace.events("merged")] == ["by/hand"]


def test_a_branch_can_be_brought_to_another_base_that_is_nowhere_checked_out(merge_repo: MergeRepo) -> None:
    git(merge_repo.root, "branch", "next")
    before = merge_repo.head()
    assert merge_repo.lands(onto="next").base == "next"
    assert (merge_repo.head(), merge_repo.head("next")) == (before, merge_repo.head("a"))


def test_what_clashes_is_refused_with_files_and_lines(merge_repo: MergeRepo) -> None:
    for root, by in ((merge_repo.root, "main"), (merge_repo.tree, "a")):
        merge_repo.write(root, "ten", TEN.replace("line 3\n", f"{by}\n"))
        merge_repo.commit(root, by)
    for rebase in (False, True):
        kept = merge_repo.is_kept(rebase=rebase)
        assert kept.reason == "conflict"
        assert [(one.path, one.ours, one.theirs) for one in kept.conflicts] == [("ten", ((3, 3),), ((3, 3),))]


@pytest.mark.parametrize(
    ("by_task", "by_settings", "options", "ran"),
    [
        ("`echo task > ../../ran` passes", "echo settings", {}, "task"),
        ("it is ``not`` code", "echo settings > ../../ran", {}, "settings"),
        ("`false`", "false", {"check": "echo option > ../../ran"}, "option"),
        ("`false`", "false", {"no_check": True}, None),
        (None, None, {}, None),
    ],
)
def test_the_check_is_what_was_asked_for_or_what_the_task_says_or_the_settings(
    merge_repo: MergeRepo, by_task: str | None, by_settings: str | None, options: dict[str, Any], ran: str | None
) -> None:
    merge_repo.workspace.settings = Settings(merge=MergeSettings(check=by_settings))
    merge_repo.workspace.plan(Proposal("D", ["d"], id="D", done_when=by_task))
    with merge_repo.workspace.store.writing() as books:
        books.worktrees.forget("A")
        books.worktrees.add("D", str(merge_repo.tree), branch="a", base="main", start="c0", task="D")
    merge_repo.lands("D", **options)
    file = merge_repo.root / ".git/interlock/ran"
    assert (file.read_text().strip() if file.exists() else None) == ran
    assert len(merge_repo.prepared) == (ran is not None)


def test_a_check_that_fails_on_the_merged_tree_is_refused_with_its_last_lines(merge_repo: MergeRepo) -> None:
    merge_repo.write(merge_repo.root, "other", "x\n")
    merge_repo.commit(merge_repo.root, "beside")
    kept = merge_repo.is_kept(check="cat other src/a; git status --short; exit 7")
    assert kept.reason == "check"
    assert kept.checked is not None
    assert (kept.checked.code, kept.checked.lines) == (7, ("x", "a"))
    assert Path(kept.checked.log).read_text() == "x\na\n"


def test_a_check_that_is_not_a_command_is_named_as_such(merge_repo: MergeRepo) -> None:
    assert "does not exist; --check" in merge_repo.is_kept(check="/login returns 200").advice


@pytest.mark.parametrize("where", ["src/a", "new"])
def test_uncommitted_work_would_stay_behind_and_is_named(merge_repo: MergeRepo, where: str) -> None:
    merge_repo.write(merge_repo.tree, where, "changed\n")
    kept = merge_repo.is_kept()
    assert (kept.reason, kept.paths) == ("uncommitted", (where,))
    merge_repo.lands(committed_only=True)
    assert (merge_repo.tree / where).read_text() == "changed\n"


def test_what_somebody_is_still_working_on_is_refused_naming_it(merge_repo: MergeRepo) -> None:
    merge_repo.workspace.claimed(merge_repo.ada, "A")
    kept = merge_repo.is_kept()
    assert (kept.reason, kept.holder) == ("held", "ada")
    assert merge_repo.lands(force=True).commit == merge_repo.head("a")


def test_one_works_in_the_worktree_under_another_claim(merge_repo: MergeRepo) -> None:
    merge_repo.workspace.claimed(merge_repo.ada, "C")
    assert merge_repo.is_kept().holder == "ada"


def test_a_holder_and_its_subagent_may_merge_its_own_work(merge_repo: MergeRepo) -> None:
    merge_repo.workspace.claimed(merge_repo.ada, "A")
    merge_repo.lands(by=merge_repo.workspace.subagent("ada", "x1"))
    merge_repo.write(merge_repo.tree, "src/a", "more\n")
    merge_repo.commit(merge_repo.tree, "more")
    merge_repo.lands(by=merge_repo.ada)


def test_what_its_holder_left_is_merged(merge_repo: MergeRepo) -> None:
    merge_repo.workspace.claimed(merge_repo.ada, "A")
    update.update_task(merge_repo.workspace.place, merge_repo.ada, "A", status="released")
    merge_repo.lands()


def changed(merge_repo: MergeRepo, how: str) -> None:
    """Somebody's work in the base's checkout, in the files `ten` and `mine`."""
    if how == "renamed":
        git(merge_repo.root, "mv", "ten", "moved")
    elif how == "deleted":
        (merge_repo.root / "ten").unlink()
    elif how == "linked":
        (merge_repo.root / "ten").unlink()
        (merge_repo.root / "ten").symlink_to("README.md")
    else:
        merge_repo.write(merge_repo.root, "ten", "mine\n")
    if how in ("staged", "staged and more"):
        git(merge_repo.root, "add", "ten")
    if how == "staged and more":
        merge_repo.write(merge_repo.root, "ten", "mine, and more\n")
    merge_repo.write(merge_repo.root, "mine", "untracked\n")


HOW = ["unstaged", "staged", "staged and more", "renamed", "deleted", "linked"]


@pytest.mark.parametrize("how", HOW)
def test_work_in_the_bases_checkout_stays_as_it_is_where_the_merge_does_not_meet_it(
    merge_repo: MergeRepo, how: str
) -> None:
    changed(merge_repo, how)
    said = [("status", "--porcelain"), ("diff",), ("diff", "--cached"), ("ls-files", "--stage", "--", "ten", "moved")]
    before = [git(merge_repo.root, *words) for words in said]
    assert isinstance(merge_repo.merge(), Merged)
    assert [git(merge_repo.root, *words) for words in said] == before
    assert (merge_repo.root / "src/a").read_text() == "a\n"


@pytest.mark.parametrize("how", HOW)
@pytest.mark.parametrize("meets", ["changed", "deleted", "a folder"])
def test_where_they_meet_nothing_is_merged(merge_repo: MergeRepo, how: str, meets: str) -> None:
    if meets == "changed":
        merge_repo.write(merge_repo.tree, "ten", "theirs\n")
    else:
        (merge_repo.tree / "ten").unlink()
    if meets == "a folder":
        merge_repo.write(merge_repo.tree, "ten/deep", "theirs\n")
    merge_repo.commit(merge_repo.tree, "theirs")
    changed(merge_repo, how)
    kept = merge_repo.is_kept()
    assert (kept.reason, "would write: ten" in kept.advice) == ("base", True)


def test_a_staged_folder_where_a_file_is_to_be_is_in_the_way_also_when_its_files_are_gone(
    merge_repo: MergeRepo,
) -> None:
    merge_repo.write(merge_repo.tree, "new", "theirs\n")
    merge_repo.commit(merge_repo.tree, "theirs")
    merge_repo.write(merge_repo.root, "new/mine", "mine\n")
    git(merge_repo.root, "add", "new/mine")
    (merge_repo.root / "new/mine").unlink()
    (merge_repo.root / "new").rmdir()
    assert merge_repo.is_kept().reason == "base"


def test_a_submodule_that_somebody_moved_stays_where_it_is(merge_repo: MergeRepo, tmp_path: Path) -> None:
    library = git_repository(tmp_path / "library")
    git(merge_repo.root, "submodule", "--quiet", "add", str(library), "lib")
    merge_repo.commit(merge_repo.root, "submodule")
    git(merge_repo.root / "lib", "commit", "--quiet", "--allow-empty", "--message=more")
    before = git(merge_repo.root, "submodule", "status")
    assert isinstance(merge_repo.merge(), Merged)
    assert git(merge_repo.root, "submodule", "status") == before
    assert git(merge_repo.root, "status", "--porcelain") == "M lib"


def test_the_task_list_is_left_as_interlock_wrote_it_unless_the_merge_touches_it(merge_repo: MergeRepo) -> None:
    merge_repo.write(merge_repo.root, "TASKS.md", "- [ ] x\n")
    merge_repo.commit(merge_repo.root, "list")
    merge_repo.write(merge_repo.root, "TASKS.md", "- [x] x\n")
    assert isinstance(merge_repo.merge(), Merged)
    assert (merge_repo.root / "TASKS.md").read_text() == "- [x] x\n"
    assert git(merge_repo.root, "status", "--porcelain") == "M TASKS.md"
    merge_repo.write(merge_repo.tree, "TASKS.md", "- [ ] y\n")
    merge_repo.commit(merge_repo.tree, "another list")
    assert merge_repo.is_kept().reason in ("base", "conflict")


@pytest.mark.parametrize(("there", "text"), [("src/a", "mine\n"), ("src", "mine\n"), ("src/a/mine", "mine\n")])
def test_files_that_git_does_not_know_are_not_overwritten(merge_repo: MergeRepo, there: str, text: str) -> None:
    merge_repo.write(merge_repo.root, there, text)
    assert merge_repo.is_kept().reason == "base"
    assert (merge_repo.root / there).read_text() == text


def test_other_files_that_git_does_not_know_stay(merge_repo: MergeRepo) -> None:
    merge_repo.write(merge_repo.root, "src/mine", "mine\n")
    assert isinstance(merge_repo.merge(), Merged)
    assert (merge_repo.root / "src/mine").read_text() == "mine\n"


def test_a_base_in_the_middle_of_something_is_left_alone(merge_repo: MergeRepo) -> None:
    (merge_repo.root / ".git/MERGE_HEAD").write_text(merge_repo.head() + "\n")
    kept = merge_repo.is_kept()
    assert "in the middle of something (MERGE_HEAD)" in kept.advice


def test_a_base_that_moves_during_the_check_is_merged_with_as_it_is_then(merge_repo: MergeRepo) -> None:
    more = f"git -C {merge_repo.root} commit --quiet --allow-empty -m meanwhile"
    merged = merge_repo.lands(check=f"test -e ../../once || {{ touch ../../once; {more}; }}")
    assert "meanwhile" in git(merge_repo.root, "log", "--format=%s")
    assert merged.commit == merge_repo.head()


def test_a_base_that_never_rests_is_given_up(merge_repo: MergeRepo) -> None:
    more = f"git -C {merge_repo.root} commit --quiet --allow-empty -m meanwhile"
    kept = merge_repo.merge(check=more)
    assert isinstance(kept, NotMerged)
    assert kept.reason == "moved"
    assert git(merge_repo.root, "log", "--format=%s").count("meanwhile") == 3


@pytest.mark.parametrize("hook", ["pre-merge-commit", "commit-msg"])
def test_the_repositorys_own_hooks_have_their_say(merge_repo: MergeRepo, hook: str) -> None:
    file = merge_repo.root / ".git/hooks" / hook
    file.parent.mkdir(exist_ok=True)
    file.write_text("#!/bin/sh\necho not today >&2\nexit 1\n")
    file.chmod(0o755)
    git(merge_repo.root, "commit", "--quiet", "--allow-empty", "--no-verify", "--message=beside")
    kept = merge_repo.is_kept()
    assert (kept.reason, "not today" in kept.advice) == ("refused", True)


@pytest.mark.parametrize(
    ("name", "options", "words"),
    [
        ("nothing", {}, "no task, worktree or branch 'nothing'"),
        ("C", {}, "has no worktree;"),
        ("main", {}, "its own base"),
        ("A", {"onto": "nowhere"}, "no branch 'nowhere' to merge into"),
    ],
)
def test_an_invalid_request_is_refused_with_the_reason(
    merge_repo: MergeRepo, name: str, options: dict[str, Any], words: str
) -> None:
    with pytest.raises(Misuse, match=words):
        merge_repo.merge(name, **options)


def test_a_main_checkout_on_no_branch_needs_a_base(merge_repo: MergeRepo) -> None:
    git(merge_repo.root, "branch", "other", "a")
    git(merge_repo.root, "checkout", "--quiet", "--detach")
    with pytest.raises(Misuse, match="--onto"):
        merge_repo.merge("other")
    merge_repo.lands("other", onto="main")


def test_a_bare_repository_has_no_checkout_that_follows(tmp_path: Path, merge_repo: MergeRepo) -> None:
    bare = tmp_path / "bare.git"
    git(merge_repo.root, "clone", "--quiet", "--bare", str(merge_repo.root), str(bare))
    for name, value in (("user.name", "ada"), ("user.email", "ada@example.com")):
        git(bare, "config", name, value)
    merge_repo.git = GitMerge(str(bare), str(bare / "interlock"))
    outcome = merge_repo.merge("a")
    assert isinstance(outcome, Merged), outcome
    assert git(bare, "rev-parse", "main") == merge_repo.head("a")


def test_a_submodule_moves_with_its_base_and_is_left_to_git(merge_repo: MergeRepo, tmp_path: Path) -> None:
    part = git_repository(tmp_path / "part")
    git(merge_repo.tree, "submodule", "--quiet", "add", str(part), "part")
    git(merge_repo.tree, "commit", "--quiet", "--message=part")
    outcome = merge_repo.merge()
    assert isinstance(outcome, Merged)
    assert (merge_repo.root / ".gitmodules").exists()


@pytest.fixture
def unfinished(merge_repo: MergeRepo) -> Callable[[], MergeRepo]:
    """The base has moved, and whoever moved it was killed before the checkout followed."""

    def cut_short() -> MergeRepo:
        follow = merge_repo.git.fast_forward
        merge_repo.git.fast_forward = lambda *_: (_ for _ in ()).throw(KeyboardInterrupt)  # type: ignore[method-assign]
        with pytest.raises(KeyboardInterrupt):
            merge_repo.merge()
        merge_repo.git.fast_forward = follow  # type: ignore[method-assign]
        assert merge_repo.head() == merge_repo.head("a")
        assert not (merge_repo.root / "src/a").exists()
        return merge_repo

    return cut_short


def test_the_next_merge_of_anything_finishes_what_was_cut_short(unfinished: Callable[[], MergeRepo]) -> None:
    merge_repo = unfinished()
    git(merge_repo.root, "branch", "other", "main~1")
    assert merge_repo.lands("other").already
    assert (merge_repo.root / "src/a").read_text() == "a\n"
    assert [event.subject for event in merge_repo.workspace.events("merged")][0] == "A"


def test_what_somebody_did_in_the_checkout_meanwhile_is_left_and_named(unfinished: Callable[[], MergeRepo]) -> None:
    merge_repo = unfinished()
    merge_repo.write(merge_repo.root, "src/a", "mine\n")
    merge_repo.merge()
    assert (merge_repo.root / "src/a").read_text() == "mine\n"
    assert git(merge_repo.root, "status", "--porcelain") == "M src/a"


def test_a_base_that_somebody_moved_back_is_not_followed(unfinished: Callable[[], MergeRepo]) -> None:
    merge_repo = unfinished()
    git(merge_repo.root, "update-ref", "refs/heads/main", "main~1")
    git(merge_repo.root, "branch", "other", "main")
    assert merge_repo.lands("other").already
    assert not (merge_repo.root / "src/a").exists()
    with merge_repo.workspace.store.reading() as books:
        assert books.pending_merges.pending() == []
        assert books.worktrees.all()[0].merged is None


def test_another_git_running_in_the_checkout_postpones_it(unfinished: Callable[[], MergeRepo]) -> None:
    merge_repo = unfinished()
    lock = merge_repo.root / ".git/index.lock"
    lock.write_text("")
    with pytest.raises(OSError, match="another git is at work"):
        merge_repo.merge()
    lock.unlink()
    assert merge_repo.lands().already
    assert (merge_repo.root / "src/a").exists()
