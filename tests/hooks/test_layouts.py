"""Whatever the layout of a repository: one list, one state, the same settings everywhere, two agents kept apart."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import pytest

from tests.adapters.git_repositories import git, git_repository
from tests.cli.test_commands import Shell
from tests.hooks.conftest import set_up
from tests.hooks.runner import Hooks

LIST = "# Tasks\n\n- [ ] **T1** One (scope: `src`)\n- [ ] **T2** Two (scope: `lib`)\n"


class Layout(NamedTuple):
    """Where it is put into use, the worktree on main, the one on feat, the git folder, and where the list is."""

    begins: Path
    main: Path
    feat: Path
    common: Path
    home: Path


def source(folder: Path) -> Path:
    made = git_repository(folder / "source")
    for name, text in (("TASKS.md", LIST), ("src/a", "a\n"), ("lib/b", "b\n"), (".gitignore", ".claude/\n")):
        (made / name).parent.mkdir(exist_ok=True)
        (made / name).write_text(text)
    git(made, "add", ".")
    git(made, "commit", "--quiet", "--message=second")
    return made


def bare_beside(folder: Path) -> Layout:
    project = folder / "project"
    project.mkdir()
    git(project, "clone", "--quiet", "--bare", str(source(folder)), ".bare")
    (project / ".git").write_text("gitdir: ./.bare\n")
    git(project, "worktree", "add", "--quiet", "main", "main")
    git(project, "worktree", "add", "--quiet", "feat")
    return Layout(project / "main", project / "main", project / "feat", project / ".bare", project / "main")


def bare_beside_begun_in_the_project(folder: Path) -> Layout:
    return bare_beside(folder)._replace(begins=folder / "project")


def bare_beside_begun_on_a_feature(folder: Path) -> Layout:
    made = bare_beside(folder)
    return made._replace(begins=made.feat, home=made.feat)


def bare_with_worktrees_inside(folder: Path) -> Layout:
    bare = folder / "project.git"
    git(folder, "clone", "--quiet", "--bare", str(source(folder)), str(bare))
    git(bare, "worktree", "add", "--quiet", "main", "main")
    git(bare, "worktree", "add", "--quiet", "feat")
    return Layout(bare, bare / "main", bare / "feat", bare, bare / "main")


def bare_in_dot_git(folder: Path) -> Layout:
    project = folder / "project"
    git(folder, "clone", "--quiet", "--bare", str(source(folder)), str(project / ".git"))
    git(project, "worktree", "add", "--quiet", "main", "main")
    git(project, "worktree", "add", "--quiet", "trees/feat")
    return Layout(project / "main", project / "main", project / "trees/feat", project / ".git", project / "main")


def separate(folder: Path) -> Layout:
    store = folder / "stores" / "one"
    store.parent.mkdir()
    git(folder, "clone", "--quiet", f"--separate-git-dir={store}", str(source(folder)), "work")
    git(folder / "work", "worktree", "add", "--quiet", "../feat")
    return Layout(folder / "work", folder / "work", folder / "feat", store, folder / "work")


def separate_begun_in_a_worktree(folder: Path) -> Layout:
    return separate(folder)._replace(begins=folder / "feat")


def submodule(folder: Path) -> Layout:
    outer = git_repository(folder / "outer")
    git(outer, "submodule", "--quiet", "add", str(source(folder)), "libs/inner")
    git(outer, "commit", "--quiet", "--message=submodule")
    inner = outer / "libs/inner"
    git(inner, "worktree", "add", "--quiet", "../../../feat")
    return Layout(inner, inner, folder / "feat", outer / ".git/modules/libs/inner", inner)


def submodule_begun_in_a_worktree(folder: Path) -> Layout:
    return submodule(folder)._replace(begins=folder / "feat")


LAYOUTS = [
    bare_beside,
    bare_beside_begun_in_the_project,
    bare_beside_begun_on_a_feature,
    bare_with_worktrees_inside,
    bare_in_dot_git,
    separate,
    separate_begun_in_a_worktree,
    submodule,
    submodule_begun_in_a_worktree,
]


@pytest.mark.parametrize("build", LAYOUTS)
def test_two_agents_claim_edit_are_refused_and_merge(tmp_path: Path, build: Callable[[Path], Layout]) -> None:
    layout = build(tmp_path)
    data = tmp_path / "data"
    data.mkdir()
    set_up(data)
    for name, value in (("user.name", "ada"), ("user.email", "ada@example.com")):
        git(layout.main, "config", name, value)

    assert Shell(layout.begins)("init", "--tasks").code == 0
    (layout.home / ".claude").mkdir()
    (layout.home / ".claude/interlock.toml").write_text("open = ['notes']\n")
    ada, bob = (Hooks(root, data, session=name) for root, name in ((layout.main, "ada"), (layout.feat, "bob")))
    for hooks, task in ((ada, "T1"), (bob, "T2")):
        assert "You are" in hooks.send("SessionStart", source="startup", session_title=hooks.session).told
        claimed = Shell(hooks.repo, hooks.session)("claim", task, "--json")
        assert claimed.json["granted"], claimed

    assert ada.edit(layout.main / "src/a").output == ""
    assert bob.edit(layout.feat / "lib/b").output == ""
    assert "is held by ada" in bob.edit(layout.feat / "src/a").reason
    assert "outside your scope" in ada.edit(layout.main / "docs/x").reason
    assert f"is in {layout.feat}, " in ada.edit(layout.feat / "docs/x").reason
    assert bob.edit(layout.feat / "notes/x").output == "", "the settings hold in every worktree"
    assert bob.edit(layout.common / "config").decision == "deny"

    (layout.feat / "lib/b").write_text("bob\n")
    git(layout.feat, "commit", "--quiet", "--message=bob", "--", "lib/b")
    assert Shell(layout.feat, "bob")("done", "T2").code == 0
    merged = Shell(layout.begins)("merge", "feat", "--onto", "main", "--json")
    assert (merged.code, merged.json.get("merged")) == (0, True), merged
    assert (layout.main / "lib/b").read_text() == "bob\n"

    board = Shell(layout.main)("board", "--json").json
    assert [(task["id"], task["status"]) for task in board["tasks"]] == [("T1", "in_progress")]
    changed = [root for root in (layout.main, layout.feat) if "TASKS.md" in git(root, "status", "--porcelain")]
    assert changed == [layout.home], "only the list where it was put into use is written"
    assert "[x] **T2**" in (layout.home / "TASKS.md").read_text()
    assert list(tmp_path.rglob("state.db")) == [layout.common / "interlock" / "state.db"]


def test_a_tick_stays_whichever_worktree_is_asked_next(tmp_path: Path) -> None:
    layout = bare_beside(tmp_path)
    project = layout.common.parent
    assert Shell(layout.main)("init", "--tasks").code == 0
    (layout.main / "TASKS.md").write_text(LIST.replace("[ ] **T2**", "[x] **T2**"))
    (layout.feat / "TASKS.md").write_text(LIST.replace("[ ] **T1**", "[x] **T1**"))
    for place in (layout.feat, project, layout.main, layout.common):
        shown = Shell(place)("board", "--json")
        assert [task["id"] for task in shown.json["tasks"]] == ["T1"], place
        assert "gone" not in shown.err
    assert "[x] **T1**" in (layout.feat / "TASKS.md").read_text(), "somebody's copy is left alone"


def test_a_session_in_the_projects_folder_works_in_the_worktree_with_the_list(tmp_path: Path) -> None:
    layout = bare_beside(tmp_path)
    project = layout.common.parent
    data = tmp_path / "data"
    data.mkdir()
    set_up(data)
    assert Shell(project)("init", "--tasks").code == 0
    ada = Hooks(project, data, session="ada")
    assert "You are" in ada.send("SessionStart", source="startup").told
    assert Shell(project, "ada")("claim", "T1").code == 0
    assert ada.edit(layout.main / "src/a").output == ""
    assert "outside your scope" in ada.edit(layout.main / "lib/b").reason
    assert ada.edit(project / "notes.md").output == "", "no worktree of the repository"
    assert ada.before(f"echo x > {project}/notes.md").output == ""
    assert "outside your scope" in ada.before("echo x > main/lib/b").reason


def test_a_home_that_is_gone_is_said_and_another_begun_by_a_person(tmp_path: Path) -> None:
    layout = bare_beside_begun_on_a_feature(tmp_path)
    assert Shell(layout.feat)("init", "--tasks").code == 0
    git(layout.main, "worktree", "remove", "--force", str(layout.feat))
    assert "TASKS.md is gone" in Shell(layout.main)("board").err
    before = (layout.main / "TASKS.md").read_text()
    assert before == LIST
    assert Shell(layout.main)("init").code == 0
    shown = Shell(layout.main)("board", "--json")
    assert [task["id"] for task in shown.json["tasks"]] == ["T1", "T2"]


def test_a_separate_git_folder_whose_checkout_is_nowhere_to_be_found_is_not_moved_under_it(tmp_path: Path) -> None:
    layout = separate(tmp_path)
    far = tmp_path / "far" / "away" / "work"
    far.parent.mkdir(parents=True)
    layout.main.rename(far)
    for name, value in (("user.name", "ada"), ("user.email", "ada@example.com")):
        git(far, "config", name, value)
    assert Shell(layout.feat)("init").code == 0
    (layout.feat / "lib/b").write_text("bob\n")
    git(layout.feat, "commit", "--quiet", "--message=bob", "--", "lib/b")
    refused = Shell(layout.feat)("merge", "feat", "--onto", "main", "--json")
    assert refused.code != 0
    assert "interlock board" in json.dumps(refused.json)
    assert git(far, "status", "--porcelain") == ""
    assert Shell(far)("board").code == 0
    assert Shell(layout.feat)("merge", "feat", "--onto", "main").code == 0
    assert (far / "lib/b").read_text() == "bob\n"
    assert git(far, "status", "--porcelain") == ""


@pytest.mark.skipif(os.getuid() != 0, reason="only root can give a repository to somebody else")
def test_a_repository_of_another_user_is_refused_in_plain_words_with_the_way_out(tmp_path: Path) -> None:
    made = git_repository(tmp_path / "theirs")
    shell = Shell(made)
    assert shell("init").code == 0
    for place in (made, *made.rglob("*")):
        os.chown(place, 12345, 12345)
    for words in (
        ["worktree", "list"],
        ["worktree", "add", "x"],
        ["merge", "main"],
        ["conflicts"],
        ["git-hook", "install"],
    ):
        said = shell(*words)
        assert said.code == 3, words
        assert said.err.strip().endswith(f"git config --global --add safe.directory {made}"), said.err
        assert "git does not trust" in said.err
        assert "fatal" not in said.err
    assert shell("board").code == 0


def test_in_the_worktree_of_one_task_a_session_with_another_edits_and_commits_nothing(tmp_path: Path) -> None:
    made = source(tmp_path)
    (made / "TASKS.md").unlink()
    git(made, "commit", "--quiet", "--all", "--message=no list")
    plan = {"tasks": [{"id": name, "title": name, "scope": [scope]} for name, scope in (("T1", "src"), ("T2", "lib"))]}
    assert Shell(made)("plan", "-", stdin=json.dumps(plan)).code == 0
    tree = Path(Shell(made)("worktree", "add", "T1", "--json").json["path"])
    data = tmp_path / "data"
    data.mkdir()
    set_up(data)
    first, second = (Hooks(tree, data, session=name) for name in ("ada", "ben"))
    for hooks, task in ((first, "T1"), (second, "T2")):
        hooks.send("SessionStart", source="startup")
        claimed = Shell(tree, hooks.session)("claim", task)
        assert claimed.out.startswith("Not here: " if task == "T2" else "T1 is yours")
    assert first.edit(tree / "src/a").output == ""
    refused = second.edit(tree / "lib/x")
    assert "the worktree of task T1" in refused.reason
    assert "interlock worktree add T2" in refused.reason
    (tree / "lib/x").write_text("x\n")
    for command in ("git add lib && git commit -qm x", "git commit -qam x", "echo x > lib/x", "git stash"):
        assert second.before(command).decision == "deny", command
    assert second.before("git log -1; ls lib").output == ""
    assert first.before("git add src && git commit -qm x -- src").output == ""
    own = Path(Shell(tree, "ben")("worktree", "add", "T2", "--json").json["path"])
    assert second.edit(own / "lib/x").output == ""
    assert second.before(f"cd {own} && git commit -qam x", cwd=str(own)).output == ""
    assert Shell(tree, "ben")("claim", "T2").out.startswith(f"Go to {own} first")
