"""Git is run in one way: in the repository that is asked about, without programs of the repository, within bounds."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from mcp_server.adapters.git import changes, commits, runner, snapshots
from mcp_server.adapters.git.checkout import GitCheckout
from mcp_server.adapters.git.commit_hook import GitHook
from mcp_server.adapters.git.merging.conflict_search import GitConflictSearch
from mcp_server.adapters.git.merging.merge import GitMerge
from mcp_server.adapters.git.source_tree import SourceTree
from mcp_server.adapters.git.worktrees import GitTrees
from mcp_server.adapters.host.repository import repository_of
from mcp_server.domain.branch import Side
from mcp_server.domain.merge import MergeCommit
from mcp_server.domain.worktree import Worktree
from tests.adapters.git_repositories import git, git_repository

ROOT = Path(__file__).parents[3]
HERE, ELSEWHERE = "here.txt", "elsewhere.txt"


def commit(folder: Path, name: str, text: str = "x\n") -> str:
    (folder / name).write_text(text)
    git(folder, "add", "--all")
    git(folder, "commit", "--quiet", f"--message=Write {name}")
    return git(folder, "rev-parse", "HEAD")


@pytest.fixture
def here(root: Path) -> Path:
    """The repository that is asked about."""
    made = git_repository(root / "here")
    for name, value in (("user.name", "ada"), ("user.email", "ada@example.com"), ("maintenance.auto", "false")):
        git(made, "config", name, value)
    commit(made, HERE)
    return made


@pytest.fixture
def elsewhere(root: Path, here: Path, monkeypatch: pytest.MonkeyPatch) -> Path:  # noqa: ARG001  made first
    """The repository that the environment names, as below one of its hooks."""
    made = git_repository(root / "elsewhere")
    commit(made, ELSEWHERE)
    for name, value in (
        ("GIT_DIR", made / ".git"),
        ("GIT_WORK_TREE", made),
        ("GIT_COMMON_DIR", made / ".git"),
        ("GIT_INDEX_FILE", made / ".git" / "index"),
        ("GIT_OBJECT_DIRECTORY", made / ".git" / "objects"),
    ):
        monkeypatch.setenv(name, str(value))
    return made


@pytest.fixture
def untouched(elsewhere: Path) -> Iterator[Path]:
    """That repository, which must be afterwards as it was before."""

    def state() -> list[str]:
        asked = (["for-each-ref"], ["worktree", "list"], ["status", "--porcelain"], ["log", "--format=%H %s"])
        return [git(elsewhere, *words) for words in asked]

    before = state()
    yield elsewhere
    assert state() == before


def sides(repo: Path) -> tuple[list[Side], str, str]:
    """Two branches that change one line differently, and their commits."""
    git(repo, "checkout", "--quiet", "-b", "a")
    ours = commit(repo, HERE, "a\n")
    git(repo, "checkout", "--quiet", "-b", "b", "main")
    theirs = commit(repo, HERE, "b\n")
    return [Side("a", ours), Side("b", theirs, str(repo))], ours, theirs


def test_damage_is_looked_for_in_the_repository_that_is_asked_about(here: Path, untouched: Path) -> None:
    (here / "new").touch()
    (untouched / ELSEWHERE).write_text("changed\n")
    found = changes.since(str(here), 0)
    git(untouched, "checkout", "--quiet", "--", ELSEWHERE)
    assert [change.path for change in found or ()] == ["new"]


def test_a_checkpoint_has_the_commits_of_the_repository_that_is_asked_about(here: Path, untouched: Path) -> None:
    assert [line.partition(" ")[2] for line in commits.since(str(here), 0, ["*.txt"])] == [f"Write {HERE}"]


@pytest.mark.usefixtures("untouched")
def test_a_checkout_is_the_one_that_is_asked_about(here: Path) -> None:
    head = git(here, "rev-parse", "HEAD")
    (here / ".gitignore").write_text("*.log\n")
    checkout = GitCheckout(str(here), str(here / ".git" / "interlock"))
    main = Worktree("main", str(here), "main", "main", head, None, "ready", 0.0)
    assert checkout.revision(str(here)) == head[:12]
    assert checkout.uncommitted(str(here), lambda path: path == ".gitignore") == 1
    assert checkout.arrived(main) is None
    (here / ".gitignore").unlink()
    assert checkout.arrived(main) == head


@pytest.mark.usefixtures("untouched")
def test_the_files_of_a_tree_are_those_of_the_repository_that_is_asked_about(here: Path) -> None:
    assert SourceTree(str(here)).find(HERE) == [HERE]
    assert SourceTree(str(here)).find(ELSEWHERE) == []


@pytest.mark.usefixtures("untouched")
def test_conflicts_are_those_of_the_repository_that_is_asked_about(here: Path) -> None:
    both, _, _ = sides(here)
    (here / HERE).write_text("b, not committed\n")
    found = GitConflictSearch(str(here), str(here / ".git" / "interlock")).find_conflicts(both, [("a", "b")])
    assert found.trouble == {}
    assert [conflict.path for conflict in found.conflicts["a", "b"]] == [HERE]


@pytest.mark.usefixtures("untouched")
def test_a_merge_is_made_in_the_repository_that_is_asked_about(here: Path) -> None:
    git(here, "checkout", "--quiet", "-b", "a")
    tip = commit(here, "more.txt")
    git(here, "checkout", "--quiet", "main")
    base = git(here, "rev-parse", "main")
    tool = GitMerge(str(here), str(here / ".git" / "interlock"))

    with tool.scratch_merge(base, tip, branch="main", message="Merge a") as merge:
        assert isinstance(merge.outcome, MergeCommit)
        assert merge.check('test -z "$GIT_DIR$GIT_INDEX_FILE"', "check").code == 0
        assert tool.move("main", base, merge.outcome.commit, "merged")
        assert tool.fast_forward(str(here), base, merge.outcome.commit) == []
    assert (here / "more.txt").is_file()
    assert git(here, "status", "--porcelain") == ""
    assert git(here, "merge-base", "--is-ancestor", tip, "main") == ""


@pytest.mark.usefixtures("untouched")
def test_worktrees_are_made_listed_and_removed_in_the_repository_that_is_asked_about(here: Path) -> None:
    trees = GitTrees(repository_of(str(here)), pause=lambda _seconds: None)
    path = here.parent / "tree"
    assert trees.make(str(path), "tree", "HEAD") is None
    assert [one.path for one in trees.listed()] == [str(here), str(path)]
    assert git(path, "ls-files", HERE) == HERE
    trees.clear(str(path))
    assert trees.drop_branch("tree", git(here, "rev-parse", "HEAD"))
    assert git(here, "branch", "--format=%(refname:short)") == "main"


def test_a_commit_hook_sees_the_index_of_the_commit_that_git_is_making(
    here: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(here)
    git(here, "rm", "--quiet", "--cached", HERE)
    monkeypatch.setenv("GIT_INDEX_FILE", "other-index")  # relative to where git runs the hook
    runner.ask(str(here), "read-tree", "HEAD", env={"GIT_INDEX_FILE": str(here / "other-index")})
    assert GitHook(str(here), Path("interlock")).staged() == []
    monkeypatch.delenv("GIT_INDEX_FILE")
    assert GitHook(str(here), Path("interlock")).staged() == [HERE]


@pytest.fixture
def armed(here: Path) -> Path:
    """A repository whose every program leaves a mark in the folder `ran` beside it."""
    ran = here.parent / "ran"
    ran.mkdir()

    def leaving(name: str, then: str) -> str:
        script = here.parent / name
        script.write_text(f"#!/bin/sh\ntouch {ran / name}\n{then}\n")
        script.chmod(0o755)
        return str(script)

    (here / ".gitattributes").write_text("*.txt filter=f=g merge=m diff=d\n")
    commit(here, "armed.txt")
    sides(here)
    hooks = here.parent / "hooks"
    hooks.mkdir()
    for name in ("post-index-change", "reference-transaction", "post-checkout"):
        (hooks / name).symlink_to(leaving(name, "exit 0"))
    for name, program in (
        ("core.hooksPath", str(hooks)),
        ("core.fsmonitor", leaving("fsmonitor", "exit 1")),
        ("filter.f=g.clean", leaving("clean", "cat")),
        ("filter.f=g.smudge", leaving("smudge", "cat")),
        ("filter.f=g.required", "true"),
        ("merge.m.driver", leaving("merge", "exit 0")),
        ("diff.d.textconv", leaving("textconv", 'cat "$1"')),
        ("diff.external", leaving("external", "exit 0")),
        ("gpg.program", leaving("gpg", "exit 1")),
        ("log.showSignature", "true"),
    ):
        git(here, "config", name, program)
    (here / HERE).write_text("changed\n")
    for mark in ran.iterdir():
        mark.unlink()
    return here


def read_all(repo: Path) -> None:
    """Everything that Interlock asks about a repository."""
    search = GitConflictSearch(str(repo), str(repo / ".git" / "interlock"))
    tips = search.tips(["a", "b"])
    both = [Side("a", tips["a"]), Side("b", tips["b"], str(repo))]
    assert search.find_conflicts(both, [("a", "b")]).trouble == {}
    assert changes.since(str(repo), 0) is not None
    assert len(commits.since(str(repo), 1_000_000_000, ["**"])) > 1  # git takes an instant near 0 for now
    assert snapshots.uncommitted(str(repo), tips["b"], None).paths == (HERE,)
    assert GitCheckout().uncommitted(str(repo), lambda _path: True) == 1
    worktree = Worktree("b", str(repo), "b", "main", tips["a"], None, "ready", 0.0)
    assert GitCheckout(str(repo), str(repo / ".git" / "interlock")).arrived(worktree) is None
    assert SourceTree(str(repo)).find(HERE) == [HERE]
    assert GitHook(str(repo), Path("interlock")).staged() == []
    assert [one.branch for one in GitTrees(repository_of(str(repo))).listed()] == ["b"]


def test_what_only_reads_runs_no_program_of_the_repository(armed: Path) -> None:
    read_all(armed)
    assert [mark.name for mark in (armed.parent / "ran").iterdir()] == []


def test_programs_that_come_into_the_configuration_later_are_not_run_either(armed: Path) -> None:
    config = (armed / ".git" / "config").read_text()
    git(armed, "config", "--remove-section", "filter.f=g")
    assert changes.since(str(armed), 0)
    (armed / ".git" / "config").write_text(config)
    assert changes.since(str(armed), 0)
    assert not (armed.parent / "ran" / "clean").exists()


def test_by_hand_these_programs_do_run(armed: Path) -> None:
    """Otherwise nothing would be shown by the tests above."""
    git(armed, "status")
    git(armed, "log", "-1")
    git(armed, "diff")
    git(armed, "update-ref", "refs/heads/c", "HEAD")
    ran = {mark.name for mark in (armed.parent / "ran").iterdir()}
    assert {"clean", "fsmonitor", "external", "reference-transaction"} <= ran


def test_what_is_done_as_the_person_runs_their_programs(armed: Path) -> None:
    (armed / HERE).write_text("b\n")
    trees = GitTrees(repository_of(str(armed)), pause=lambda _seconds: None)
    trees.make(str(armed.parent / "tree"), "tree", "HEAD")
    assert {"smudge", "post-checkout"} <= {mark.name for mark in (armed.parent / "ran").iterdir()}


def test_the_environment_of_a_reading_git_has_nothing_of_another_and_of_a_merging_one_the_person(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for name in ("GIT_DIR", "GIT_CONFIG_PARAMETERS", "GIT_AUTHOR_NAME", "GIT_SSH_COMMAND", runner.SESSION):
        monkeypatch.setenv(name, "x")
    reading, merging = runner.environment(programs=False), runner.environment(programs=True)
    ours = {"GIT_OPTIONAL_LOCKS", "GIT_TERMINAL_PROMPT"}
    assert {name for name in reading if name.startswith("GIT_")} == ours
    assert {"GIT_AUTHOR_NAME", "GIT_SSH_COMMAND"} <= set(merging)
    assert {"GIT_DIR", "GIT_CONFIG_PARAMETERS", runner.SESSION}.isdisjoint(merging)
    assert reading["LC_ALL"] == "C"


def test_a_refusal_has_gits_own_words(here: Path) -> None:
    with pytest.raises(runner.GitRefused, match=r"git rev-parse failed with exit code 128: .*nowhere"):
        runner.ask(str(here), "rev-parse", "nowhere")
    with pytest.raises(runner.GitRefused, match=r"cannot change to .*nothing"):
        runner.ask(str(here / "nothing"), "status")


def test_a_git_that_takes_too_long_or_is_not_there_is_refused(here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(runner.GitRefused, match="took longer than 0 s"):
        runner.run(str(here), "status", seconds=0)
    monkeypatch.setenv("PATH", str(here))
    with pytest.raises(runner.GitRefused, match="git is not installed"):
        runner.run(str(here), "status")
    assert runner.answer(str(here), "status") is None


READS_COMMANDS = ("bash", "build_errors")
"""Rooms that say what a command would do, and run none."""
OTHER_WAYS = {
    "mcp_server/domain/heuristics/edits.py": "what an agent's own command line says",
    "mcp_server/doctor/examine.py": "the name of an examination",
    "mcp_server/demo/repository.py": "the demo's own repository, which it makes and throws away, from outside",
    "mcp_server/demo/machines/stage.py": "the same, of two machines",
    "mcp_server/doctor/machine.py": "is there a git at all, and which?",
    "mcp_server/worktree_setup/submodules.py": "a step that is shown and carried out like npm's, not ours",
}


def ways_to_run_git(source: str) -> list[int]:
    """The lines that start git, or ask GitPython to."""
    found = []
    for node in ast.walk(ast.parse(source)):
        words = node.elts if isinstance(node, ast.List | ast.Tuple) else node.args if isinstance(node, ast.Call) else []
        asked = isinstance(node, ast.Call) and ast.unparse(node.func).endswith(("which", "Finding", "says"))
        if words and isinstance(words[0], ast.Constant) and words[0].value == "git" and not asked:
            found.append(words[0].lineno)
        if isinstance(node, ast.Attribute) and node.attr in ("Git", "git") and "." in ast.unparse(node):
            found += [node.lineno] if node.attr == "Git" or ast.unparse(node.value).startswith("repo") else []
    return found


def test_nothing_but_the_runner_runs_git() -> None:
    found = {}
    for file in [*ROOT.glob("mcp_server/**/*.py"), *ROOT.glob("hooks/**/*.py")]:
        place = file.relative_to(ROOT)
        if place.parts[1] not in READS_COMMANDS and (lines := ways_to_run_git(file.read_text())):
            found[place.as_posix()] = lines
    assert found.pop("mcp_server/adapters/git/runner.py")
    assert set(found) - set(OTHER_WAYS) == set()
    assert set(OTHER_WAYS) <= set(found), "no longer needed"


@pytest.mark.parametrize(
    "source",
    ["subprocess.run(['git', 'x'])", "c = ('git', x)", "git.Git('.')", "run('git', 'x')", "repository.git.log()"],
)
def test_another_way_to_run_git_is_found(source: str) -> None:
    assert ways_to_run_git(source)


@pytest.mark.parametrize(
    ("damage", "words"),
    [
        ((".git/index", "garbage"), "git's index of this checkout is damaged"),
        ((".git/HEAD", ""), "git does not take this for a repository any more"),
        ((".git/index.lock", ""), "another git is at work in this repository. Try again when it has ended"),
    ],
)
def test_what_a_person_can_do_something_about_is_said_in_plain_words(
    here: Path, damage: tuple[str, str], words: str
) -> None:
    (here / damage[0]).write_text(damage[1])
    with pytest.raises(runner.GitRefused) as refused:
        runner.ask(here.as_posix(), "add", "--all", programs=True)
    assert str(refused.value).startswith(words)
    assert "fatal" not in str(refused.value)
