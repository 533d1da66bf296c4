"""Which tool installs a project of Node, and when what the source has is cloned."""

from __future__ import annotations

import pytest

from tests.worktree_setup.paper_folder import Paper, commands, planned

ENTRY = {"version": "1.0.0", "resolved": "r", "integrity": "i"}
LOCK = {"lockfileVersion": 3, "packages": {"": {"name": "x"}, "node_modules/a": ENTRY}}
HIDDEN = {"lockfileVersion": 3, "packages": {"node_modules/a": ENTRY}}
PROJECT = {"package.json": {"name": "x"}, "package-lock.json": LOCK}
MARKER = "node_modules/.package-lock.json"


@pytest.mark.parametrize(
    ("lock", "command"),
    [
        ("package-lock.json", "npm ci --no-audit --no-fund"),
        ("npm-shrinkwrap.json", "npm ci --no-audit --no-fund"),
        ("pnpm-lock.yaml", "pnpm install --frozen-lockfile --prefer-offline"),
        ("yarn.lock", "yarn install --frozen-lockfile"),
        ("bun.lock", "bun install --frozen-lockfile"),
        ("bun.lockb", "bun install --frozen-lockfile"),
    ],
)
def test_the_lock_file_says_which_tool_installs(lock: str, command: str) -> None:
    assert commands(None, Paper({"package.json": {}, lock: "{}"})) == [command]


def test_a_project_may_say_itself_and_a_new_yarn_is_known_by_its_files() -> None:
    both = {"package-lock.json": "{}", "yarn.lock": ""}
    assert commands(None, Paper({"package.json": {"packageManager": "npm@10.1.0"}, **both}))[0].startswith("npm ci")
    assert commands(None, Paper({"package.json": {}, "yarn.lock": "", ".yarnrc.yml": ""})) == [
        "yarn install --immutable"
    ]
    assert commands(None, Paper({"package.json": {}, "yarn.lock": "#\n\n__metadata:\n"})) == [
        "yarn install --immutable"
    ]


def test_without_a_lock_file_or_a_project_nothing_is_done() -> None:
    assert commands(None, Paper({"package.json": {}})) == []
    assert commands(None, Paper({"package-lock.json": LOCK})) == []


def test_what_npm_has_installed_for_the_same_lock_file_is_cloned() -> None:
    source = Paper(PROJECT).with_brought({MARKER: HIDDEN})
    (step,) = planned(source, Paper(PROJECT))
    assert (step.kind, step.name, step.paths, step.marker) == (
        "clone",
        "node_modules",
        ("node_modules",),
        ".package-lock.json",
    )
    assert step.command[:2] == ("npm", "ci")


@pytest.mark.parametrize(
    "hidden",
    [
        {"packages": {"node_modules/a": {**ENTRY, "version": "2.0.0"}}},
        {"packages": {"node_modules/a": {**ENTRY, "integrity": "other"}}},
        {"packages": {"node_modules/a": ENTRY, "node_modules/b": ENTRY}},
        {"packages": {}},
        {"packages": []},
        {},
        [],
        "{",
    ],
)
def test_what_is_not_exactly_what_the_lock_file_says_is_installed_anew(hidden: object) -> None:
    source = Paper(PROJECT).with_brought({MARKER: hidden})
    (step,) = planned(source, Paper(PROJECT))
    assert step.kind == "run"


def test_another_lock_file_is_installed_anew() -> None:
    source = Paper(PROJECT).with_brought({MARKER: HIDDEN})
    (step,) = planned(source, Paper({**PROJECT, "package-lock.json": {**LOCK, "requires": True}}))
    assert step.kind == "run"


def test_a_package_for_another_platform_need_not_be_there() -> None:
    packages = {**LOCK["packages"], "node_modules/fsevents": {**ENTRY, "optional": True}}  # type: ignore[dict-item]
    project = {**PROJECT, "package-lock.json": {"packages": packages}}
    (step,) = planned(Paper(project).with_brought({MARKER: HIDDEN}), Paper(project))
    assert step.kind == "clone"


def test_links_to_packages_of_the_project_are_no_part_of_the_comparison_by_their_folders() -> None:
    linked = {"resolved": "packages/a", "link": True}
    lock = {"packages": {"": {}, "packages/a": {"version": "1.0.0"}, "node_modules/@x/a": linked}}
    project = {**PROJECT, "package-lock.json": lock, "packages/a/package.json": {"name": "@x/a"}}
    hidden = {"packages": {"packages/a": {"version": "1.0.0"}, "node_modules/@x/a": linked}}
    brought = {MARKER: hidden, "packages/a/node_modules/b/index.js": ""}
    (step,) = planned(Paper(project).with_brought(brought), Paper(project))
    assert step.paths == ("packages/a/node_modules", "node_modules")


def test_yarns_first_generation_is_cloned_when_the_manifest_is_the_same_too() -> None:
    project = {"package.json": {"name": "x"}, "yarn.lock": "a@1:\n"}
    source = Paper(project).with_brought({"node_modules/.yarn-integrity": "{}"})
    assert planned(source, Paper(project))[0].kind == "clone"
    assert planned(source, Paper({**project, "package.json": {"name": "y"}}))[0].kind == "run"


@pytest.mark.parametrize("lock", ["pnpm-lock.yaml", "bun.lock"])
def test_tools_that_write_absolute_paths_install_by_themselves(lock: str) -> None:
    project = {"package.json": {}, lock: "{}"}
    assert planned(Paper(project).with_brought({"node_modules/a/a.js": ""}), Paper(project))[0].kind == "run"


def test_deeper_projects_are_installed_where_the_source_has_them_installed() -> None:
    project = {f"{folder}/{name}": text for folder in ("web", "tests/data") for name, text in PROJECT.items()}
    source = Paper(project).with_brought({"web/node_modules/.package-lock.json": HIDDEN})
    (step,) = planned(source, Paper(project))
    assert (step.name, step.folder, step.kind) == ("web/node_modules", "web", "clone")
    assert commands(None, Paper(project)) == []


def test_what_is_patched_in_place_is_copied() -> None:
    manifest = {"devDependencies": {"patch-package": "8"}}
    patches = {"patches/a+1.0.0.patch": "", "patches/@x+b+2.0.0.patch": "", "patches/README.md": ""}
    project = {**PROJECT, "package.json": manifest, **patches}
    (step,) = planned(Paper(project).with_brought({MARKER: HIDDEN}), Paper(project))
    assert step.written == ("@prisma/client", "@x/b", "a")


def test_a_manifest_that_cannot_be_read_is_installed_by_its_lock_file() -> None:
    assert commands(None, Paper({"package.json": "{", "package-lock.json": "["})) == ["npm ci --no-audit --no-fund"]


@pytest.mark.parametrize(
    ("scripts", "expected"),
    [
        ({"prepare": "husky", "test": "x", "postinstall": "prisma generate"}, ["postinstall", "prepare"]),
        ({"preinstall": "a", "install": "b", "postinstall": "c", "prepublish": "d"}, ["install", "prepublish"]),
        ({"build": "x"}, []),
        ("nonsense", []),
    ],
)
def test_what_an_installation_runs_at_its_end_is_run_after_a_clone(scripts: object, expected: list[str]) -> None:
    project = {**PROJECT, "package.json": {"name": "x", "scripts": scripts}}
    steps = planned(Paper(project).with_brought({MARKER: HIDDEN}), Paper(project))
    assert [step.kind for step in steps] == ["clone", *["script"] * len(expected)]
    assert [step.command for step in steps[1:]] == [("npm", "run", name) for name in expected]
    assert commands(None, Paper(project)) == ["npm ci --no-audit --no-fund"], "an installation runs it itself"
