"""Which steps there are and in which order, and how settings change them."""

from __future__ import annotations

from mcp_server.domain.setup_step import Step
from tests.worktree_setup.paper_folder import Paper, commands, planned

MODULES = '[submodule "a"]\n\tpath = libs/a\n\turl = ../a\n[submodule "b"]\n\tpath = libs/b\n\turl = ../b\n'
PROJECT = {"package.json": {}, "package-lock.json": "{}"}


def names(*steps: Step) -> list[str]:
    return [step.name for step in steps]


def test_a_checkout_without_anything_lacks_nothing() -> None:
    assert planned(Paper({}), Paper({"a.txt": "", "Cargo.lock": "", "go.sum": ""})) == []


def test_submodules_come_first_and_then_files_links_and_dependencies() -> None:
    files = {**PROJECT, ".gitmodules": MODULES, ".worktreeinclude": ".env\n", "uv.lock": "", "Gemfile.lock": ""}
    source = Paper(files).with_brought({"libs/a/.git": ""})
    steps = planned(source, Paper(files), link=("data", "cache/big"))
    assert names(*steps) == [
        "submodules",
        "copy",
        "link data",
        "link cache/big",
        "npm ci --no-audit --no-fund",
        "uv sync --frozen",
        "bundle install --quiet",
    ]
    assert steps[0].command[-2:] == ("--", "libs/a")
    assert steps[2].paths == ("data",)


def test_submodules_are_those_that_the_source_has() -> None:
    files = {".gitmodules": MODULES}
    assert planned(Paper(files), Paper(files)) == []
    assert planned(None, Paper(files))[0].command[-2:] == ("libs/a", "libs/b")


def test_patterns_to_copy_need_no_file_that_says_so() -> None:
    (step,) = planned(Paper({}), Paper({}), copy=("*.pem",))
    assert (step.kind, step.paths) == ("copy", ("*.pem",))
    assert planned(None, Paper({".worktreeinclude": ""}), copy=("*.pem",), link=("data",)) == []


def test_a_setup_of_ones_own_takes_the_place_of_all_that_is_found_out() -> None:
    files = {**PROJECT, ".worktreeinclude": ".env\n"}
    assert names(*planned(Paper(files), Paper(files), setup=("make deps", "make db"))) == [
        "copy",
        "make deps",
        "make db",
    ]
    assert commands(Paper(files), Paper(files), setup=("make deps",)) == ["sh -c make deps"]
    assert commands(Paper(files), Paper(files), setup=()) == []


def test_what_is_linked_is_not_brought_in_as_well() -> None:
    lock: dict[str, object] = {"packages": {}}
    files = {"package.json": {}, "package-lock.json": lock}
    source = Paper(files).with_brought({"node_modules/.package-lock.json": lock})
    assert names(*planned(source, Paper(files), link=("node_modules",))) == ["link node_modules"]


def test_gems_are_installed_at_the_root_and_deeper_where_the_source_was_set_up() -> None:
    files = {"api/Gemfile.lock": "", "old/Gemfile.lock": ""}
    assert names(*planned(Paper(files).with_brought({"api/.bundle/config": ""}), Paper(files))) == [
        "bundle install --quiet (in api)"
    ]
