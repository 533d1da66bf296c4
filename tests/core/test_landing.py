"""Bringing a branch home: what is merged, what is refused and leaves everything as it was, and who may begin then."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from mcp_server.adapters.git_checkout import GitCheckout
from mcp_server.adapters.landing import GitLanding
from mcp_server.core import landing, updating
from mcp_server.core.departing import Options
from mcp_server.core.landing import Kept, Landed
from mcp_server.core.planning import Proposal
from mcp_server.core.workplace import Workplace
from mcp_server.domain.refusal import Misuse
from mcp_server.domain.settings import Merging, Settings
from tests.adapters.git import git, repository
from tests.worlds import World, task

TEN = "".join(f"line {number}\n" for number in range(1, 11))


class Home:
    """A repository with the worktree of task A on branch `a`, in which one commit was made."""

    def __init__(self, folder: Path) -> None:
        self.root = repository(folder / "repo")
        self.world = World("sqlite", self.root / ".git")
        for name, value in (("user.name", "ada"), ("user.email", "ada@example.com")):
            git(self.root, "config", name, value)
        self.write(self.root, "ten", TEN)
        self.commit(self.root, "second")
        self.tree = folder / "a"
        git(self.root, "worktree", "add", "--quiet", "-b", "a", str(self.tree))
        self.world.plan(
            Proposal("Do `a`", ["src/a"], id="A", done_when="it is there"),
            task("B", "src/b", depends_on=["A"]),
            task("C", "src/c"),
        )
        self.write(self.tree, "src/a", "a\n")
        self.commit(self.tree, "work on a")
        with self.world.store.writing() as books:
            books.worktrees.add("A", str(self.tree), branch="a", base="main", start="c0", task="A")
            books.worktrees.move("A", "ready")
        self.ada = self.world.agent("ada", worktree=str(self.tree))
        self.pat = self.world.agent("pat")
        self.prepared: list[str] = []
        self.git = GitLanding(str(self.root), str(self.root / ".git/interlock"), self.prepared.append)

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
        with self.world.store.reading() as books:
            books_say = (str(books.worktrees.all()), str(books.tasks.open(9)), str(books.landings.pending()))
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

    def merge(self, name: str = "A", **options: Any) -> Landed | Kept:
        by = options.pop("by", self.pat)
        return landing.merge(self.world.place, self.git, by, name, Options(**options))

    def lands(self, name: str = "A", **options: Any) -> Landed:
        outcome = self.merge(name, **options)
        assert isinstance(outcome, Landed), outcome
        assert git(self.root, "status", "--porcelain") == ""
        assert git(self.root, "worktree", "list").count("\n") == 1, "a checkout was left"
        return outcome

    def is_kept(self, name: str = "A", **options: Any) -> Kept:
        before = self.state()
        outcome = self.merge(name, **options)
        assert isinstance(outcome, Kept), outcome
        assert self.state() == before
        return outcome


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return Home(tmp_path)


def test_a_branch_ahead_of_its_base_moves_the_base_forward(home: Home) -> None:
    updating.update_task(home.world.place, home.ada, "A", status="done")
    landed = home.lands()
    assert (landed.branch, landed.base, landed.commit) == ("a", "main", home.head("a"))
    assert home.head() == home.head("a")
    assert (home.root / "src/a").read_text() == "a\n"
    assert landed.ready == ("B",)


def test_where_git_is_to_go_forward_alone_it_is_said_how_that_can_be_had(home: Home) -> None:
    home.write(home.root, "other", "x\n")
    home.commit(home.root, "beside")
    git(home.root, "config", "merge.ff", "only")
    kept = home.is_kept()
    assert kept.advice == (
        "git would not: Not possible to fast-forward, aborting; --rebase puts its commits on top. main was not moved"
    )
    home.lands(rebase=True)


def test_what_is_merged_before_the_task_is_done_sets_nobody_free(home: Home) -> None:
    landed = home.lands()
    assert (landed.ready, landed.unfinished) == ((), "A")
    home.write(home.tree, "src/a", "more\n")
    home.commit(home.tree, "more work on a")
    updating.update_task(home.world.place, home.ada, "A", status="done")
    assert home.world.refused(home.pat, "B").waiting_for == ("A",)
    landed = home.lands()
    assert (landed.ready, landed.unfinished) == (("B",), None)


@pytest.fixture
def real(home: Home) -> Workplace:
    """The workplace with the very checkouts."""
    return home.world.place._replace(checkout=GitCheckout())


def test_a_task_that_is_merged_first_and_done_then_sets_others_free_at_once(home: Home, real: Workplace) -> None:
    home.lands()
    done = updating.update_task(real, home.ada, "A", status="done")
    assert isinstance(done, updating.Updated)
    assert (done.now_ready, done.away) == (("B",), False)


@pytest.mark.parametrize("is_committed", [True, False])
def test_what_was_done_after_an_early_merge_has_to_come_home_as_well(
    home: Home, real: Workplace, is_committed: bool
) -> None:
    home.lands()
    home.write(home.tree, "src/a", "more\n")
    if is_committed:
        home.commit(home.tree, "more")
    done = updating.update_task(real, home.ada, "A", status="done")
    assert isinstance(done, updating.Updated)
    assert (done.now_ready, done.away) == ((), True)


def test_a_task_that_is_done_anew_has_to_come_home_anew(home: Home) -> None:
    updating.update_task(home.world.place, home.ada, "A", status="done")
    home.lands()
    updating.update_task(home.world.place, home.ada, "A", status="released")
    home.write(home.tree, "src/a", "once more\n")
    home.commit(home.tree, "done anew")
    updating.update_task(home.world.place, home.ada, "A", status="done")
    assert home.world.refused(home.pat, "B").waiting_for == ("A",)
    assert home.lands().ready == ("B",)


def test_a_branch_beside_its_base_is_merged_with_the_task_in_the_message_and_the_users_identity(home: Home) -> None:
    home.write(home.root, "other", "x\n")
    home.commit(home.root, "beside")
    old, tip = home.head(), home.head("a")
    landed = home.lands()
    assert git(home.root, "log", "-1", "--format=%P %s %an") == f"{old} {tip} Merge A: Do `a` ada"
    assert landed.commit == home.head()
    assert (home.root / "src/a").exists()
    assert (home.root / "other").exists()


@pytest.mark.parametrize("setting", [True, False])
def test_on_request_the_commits_are_put_on_top_and_the_branch_stays(home: Home, setting: bool) -> None:  # noqa: FBT001
    home.write(home.root, "other", "x\n")
    home.commit(home.root, "beside")
    tip = home.head("a")
    git(home.root, "config", "rebase.updateRefs", "true")
    if setting:
        home.world.settings = Settings(merge=Merging("rebase"))
    home.lands(rebase=not setting)
    assert git(home.root, "log", "--format=%s", "-2").splitlines() == ["work on a", "beside"]
    assert home.head("a") == tip
    assert isinstance(again := home.merge(rebase=True), Landed)
    assert again.already


def test_what_waited_begins_and_is_told_from_which_commit(home: Home) -> None:
    updating.update_task(home.world.place, home.ada, "A", status="done")
    bob = home.world.agent("bob")
    assert home.world.refused(bob, "B").waiting_for == ("A",)
    landed = home.lands()
    claimed = home.world.claimed(bob, "B")
    assert claimed.notes[0].text.startswith(f"A has landed on main as {landed.commit[:10]}: start from it")
    [event] = home.world.events("landed")
    assert (event.subject, event.agent) == ("A", "pat")


def test_an_agent_that_was_refused_what_has_now_landed_is_told(home: Home) -> None:
    carl = home.world.agent("carl")
    home.world.claimed(home.ada, "A")
    home.world.refused(carl, "A")
    updating.update_task(home.world.place, home.ada, "A", status="done")
    home.lands()
    assert [message.subject.partition(" as ")[0] for message in home.world.inbox(carl)] == ["A has landed on main"]


def test_a_branch_that_is_home_already_says_so_however_it_came(home: Home) -> None:
    git(home.root, "merge", "--quiet", "a")
    updating.update_task(home.world.place, home.ada, "A", status="done")
    landed = home.lands()
    assert landed.already
    assert landed.ready == ("B",)
    assert home.lands().already
    assert len(home.world.events("landed")) == 1


def test_more_work_after_landing_lands_again(home: Home) -> None:
    updating.update_task(home.world.place, home.ada, "A", status="done")
    home.lands()
    home.write(home.tree, "src/a", "more\n")
    home.commit(home.tree, "more")
    assert not home.lands().already
    with home.world.store.reading() as books:
        assert [one.landed for one in books.worktrees.all()] == [home.head()]


def test_a_branch_that_interlock_did_not_make_is_merged_by_its_name(home: Home) -> None:
    git(home.root, "branch", "by/hand", "a")
    assert home.lands("by/hand").commit == home.head("a")
    assert [event.subject for event in home.world.events("landed")] == ["by/hand"]


def test_a_branch_can_be_brought_to_another_base_that_is_nowhere_checked_out(home: Home) -> None:
    git(home.root, "branch", "next")
    before = home.head()
    assert home.lands(onto="next").base == "next"
    assert (home.head(), home.head("next")) == (before, home.head("a"))


def test_what_clashes_is_refused_with_files_and_lines(home: Home) -> None:
    for root, by in ((home.root, "main"), (home.tree, "a")):
        home.write(root, "ten", TEN.replace("line 3\n", f"{by}\n"))
        home.commit(root, by)
    for rebase in (False, True):
        kept = home.is_kept(rebase=rebase)
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
    home: Home, by_task: str | None, by_settings: str | None, options: dict[str, Any], ran: str | None
) -> None:
    home.world.settings = Settings(merge=Merging(check=by_settings))
    home.world.plan(Proposal("D", ["d"], id="D", done_when=by_task))
    with home.world.store.writing() as books:
        books.worktrees.forget("A")
        books.worktrees.add("D", str(home.tree), branch="a", base="main", start="c0", task="D")
    home.lands("D", **options)
    file = home.root / ".git/interlock/ran"
    assert (file.read_text().strip() if file.exists() else None) == ran
    assert len(home.prepared) == (ran is not None)


def test_a_check_that_fails_on_the_merged_tree_is_refused_with_its_last_lines(home: Home) -> None:
    home.write(home.root, "other", "x\n")
    home.commit(home.root, "beside")
    kept = home.is_kept(check="cat other src/a; git status --short; exit 7")
    assert kept.reason == "check"
    assert kept.checked is not None
    assert (kept.checked.code, kept.checked.lines) == (7, ("x", "a"))
    assert Path(kept.checked.log).read_text() == "x\na\n"


def test_a_check_that_is_no_command_is_named_as_such(home: Home) -> None:
    assert "is no command here; --check" in home.is_kept(check="/login returns 200").advice


@pytest.mark.parametrize("where", ["src/a", "new"])
def test_uncommitted_work_would_stay_behind_and_is_named(home: Home, where: str) -> None:
    home.write(home.tree, where, "changed\n")
    kept = home.is_kept()
    assert (kept.reason, kept.paths) == ("uncommitted", (where,))
    home.lands(committed_only=True)
    assert (home.tree / where).read_text() == "changed\n"


def test_what_somebody_is_still_working_on_is_refused_naming_it(home: Home) -> None:
    home.world.claimed(home.ada, "A")
    kept = home.is_kept()
    assert (kept.reason, kept.holder) == ("held", "ada")
    assert home.lands(force=True).commit == home.head("a")


def test_one_works_in_the_worktree_under_another_claim(home: Home) -> None:
    home.world.claimed(home.ada, "C")
    assert home.is_kept().holder == "ada"


def test_one_may_bring_home_what_one_holds_and_so_may_a_command_in_its_session(home: Home) -> None:
    home.world.claimed(home.ada, "A")
    home.lands(session="ada")
    home.write(home.tree, "src/a", "more\n")
    home.commit(home.tree, "more")
    home.lands(by=home.ada)


def test_what_its_holder_left_is_merged(home: Home) -> None:
    home.world.claimed(home.ada, "A")
    updating.update_task(home.world.place, home.ada, "A", status="released")
    home.lands()


def test_a_base_with_uncommitted_changes_is_left_alone(home: Home) -> None:
    home.write(home.root, "README.md", "changed\n")
    kept = home.is_kept()
    assert (kept.reason, "README.md" in kept.advice) == ("base", True)


def test_what_interlock_itself_writes_there_does_not_count_unless_the_merge_touches_it(home: Home) -> None:
    home.write(home.root, "TASKS.md", "- [ ] x\n")
    home.commit(home.root, "list")
    home.write(home.root, "TASKS.md", "- [x] x\n")
    assert isinstance(home.merge(), Landed)
    assert (home.root / "TASKS.md").read_text() == "- [x] x\n"
    assert git(home.root, "status", "--porcelain") == "M TASKS.md"
    home.write(home.tree, "TASKS.md", "- [ ] y\n")
    home.commit(home.tree, "another list")
    assert home.is_kept().reason in ("base", "conflict")


@pytest.mark.parametrize(("there", "text"), [("src/a", "mine\n"), ("src", "mine\n"), ("src/a/mine", "mine\n")])
def test_files_that_git_does_not_know_are_not_overwritten(home: Home, there: str, text: str) -> None:
    home.write(home.root, there, text)
    assert home.is_kept().reason == "base"
    assert (home.root / there).read_text() == text


def test_other_files_that_git_does_not_know_stay(home: Home) -> None:
    home.write(home.root, "src/mine", "mine\n")
    assert isinstance(home.merge(), Landed)
    assert (home.root / "src/mine").read_text() == "mine\n"


def test_a_base_in_the_middle_of_something_is_left_alone(home: Home) -> None:
    (home.root / ".git/MERGE_HEAD").write_text(home.head() + "\n")
    kept = home.is_kept()
    assert "in the middle of something (MERGE_HEAD)" in kept.advice


def test_a_base_that_moves_during_the_check_is_merged_with_as_it_is_then(home: Home) -> None:
    more = f"git -C {home.root} commit --quiet --allow-empty -m meanwhile"
    landed = home.lands(check=f"test -e ../../once || {{ touch ../../once; {more}; }}")
    assert "meanwhile" in git(home.root, "log", "--format=%s")
    assert landed.commit == home.head()


def test_a_base_that_never_rests_is_given_up(home: Home) -> None:
    more = f"git -C {home.root} commit --quiet --allow-empty -m meanwhile"
    kept = home.merge(check=more)
    assert isinstance(kept, Kept)
    assert kept.reason == "moved"
    assert git(home.root, "log", "--format=%s").count("meanwhile") == 3


@pytest.mark.parametrize("hook", ["pre-merge-commit", "commit-msg"])
def test_the_repositorys_own_hooks_have_their_say(home: Home, hook: str) -> None:
    file = home.root / ".git/hooks" / hook
    file.parent.mkdir(exist_ok=True)
    file.write_text("#!/bin/sh\necho not today >&2\nexit 1\n")
    file.chmod(0o755)
    git(home.root, "commit", "--quiet", "--allow-empty", "--no-verify", "--message=beside")
    kept = home.is_kept()
    assert (kept.reason, "not today" in kept.advice) == ("refused", True)


@pytest.mark.parametrize(
    ("name", "options", "words"),
    [
        ("nothing", {}, "no task, worktree or branch 'nothing'"),
        ("C", {}, "has no worktree of Interlock's"),
        ("main", {}, "its own base"),
        ("A", {"onto": "nowhere"}, "no branch 'nowhere' to merge into"),
    ],
)
def test_what_makes_no_sense_is_said(home: Home, name: str, options: dict[str, Any], words: str) -> None:
    with pytest.raises(Misuse, match=words):
        home.merge(name, **options)


def test_a_main_checkout_on_no_branch_needs_a_base(home: Home) -> None:
    git(home.root, "branch", "other", "a")
    git(home.root, "checkout", "--quiet", "--detach")
    with pytest.raises(Misuse, match="--onto"):
        home.merge("other")
    home.lands("other", onto="main")


def test_a_bare_repository_has_no_checkout_that_follows(tmp_path: Path, home: Home) -> None:
    bare = tmp_path / "bare.git"
    git(home.root, "clone", "--quiet", "--bare", str(home.root), str(bare))
    for name, value in (("user.name", "ada"), ("user.email", "ada@example.com")):
        git(bare, "config", name, value)
    home.git = GitLanding(str(bare), str(bare / "interlock"))
    outcome = home.merge("a")
    assert isinstance(outcome, Landed), outcome
    assert git(bare, "rev-parse", "main") == home.head("a")


def test_a_submodule_moves_with_its_base_and_is_left_to_git(home: Home, tmp_path: Path) -> None:
    part = repository(tmp_path / "part")
    git(home.tree, "submodule", "--quiet", "add", str(part), "part")
    git(home.tree, "commit", "--quiet", "--message=part")
    outcome = home.merge()
    assert isinstance(outcome, Landed)
    assert (home.root / ".gitmodules").exists()


@pytest.fixture
def unfinished(home: Home) -> Callable[[], Home]:
    """The base has moved, and whoever moved it was killed before the checkout followed."""

    def cut_short() -> Home:
        follow = home.git.follow
        home.git.follow = lambda *_: (_ for _ in ()).throw(KeyboardInterrupt)  # type: ignore[method-assign]
        with pytest.raises(KeyboardInterrupt):
            home.merge()
        home.git.follow = follow  # type: ignore[method-assign]
        assert home.head() == home.head("a")
        assert not (home.root / "src/a").exists()
        return home

    return cut_short


def test_the_next_merge_of_anything_finishes_what_was_cut_short(unfinished: Callable[[], Home]) -> None:
    home = unfinished()
    git(home.root, "branch", "other", "main~1")
    assert home.lands("other").already
    assert (home.root / "src/a").read_text() == "a\n"
    assert [event.subject for event in home.world.events("landed")][0] == "A"


def test_what_somebody_did_in_the_checkout_meanwhile_is_left_and_named(unfinished: Callable[[], Home]) -> None:
    home = unfinished()
    home.write(home.root, "src/a", "mine\n")
    home.merge()
    assert (home.root / "src/a").read_text() == "mine\n"
    assert git(home.root, "status", "--porcelain") == "M src/a"


def test_a_base_that_somebody_moved_back_is_not_followed(unfinished: Callable[[], Home]) -> None:
    home = unfinished()
    git(home.root, "update-ref", "refs/heads/main", "main~1")
    git(home.root, "branch", "other", "main")
    assert home.lands("other").already
    assert not (home.root / "src/a").exists()
    with home.world.store.reading() as books:
        assert books.landings.pending() == []
        assert books.worktrees.all()[0].landed is None


def test_another_git_at_work_in_the_checkout_makes_it_wait_for_the_next_time(unfinished: Callable[[], Home]) -> None:
    home = unfinished()
    lock = home.root / ".git/index.lock"
    lock.write_text("")
    with pytest.raises(OSError, match="another git is at work"):
        home.merge()
    lock.unlink()
    assert home.lands().already
    assert (home.root / "src/a").exists()
