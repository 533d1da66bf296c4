"""How an environment of Python is made again: with the project's tool, or with pip as in the source."""

from __future__ import annotations

import pytest

from tests.worktree_setup.paper_folder import Paper, commands, planned

PROJECT = """
[project]
name = "demo"
[project.optional-dependencies]
web = ["flask>=2", "tomli; python_version < '3.11'"]
all = ["demo[web]", "attrs"]
[dependency-groups]
dev = ["pytest", {include-group = "lint"}]
lint = ["ruff", {include-group = "dev"}]
"""
HOME = "home = /opt/python/bin\nversion = 3.12.1\n"


def environment(*packages: str, folder: str = ".venv", configuration: str = HOME) -> dict[str, object]:
    """What an environment looks like in which these packages are installed."""
    places = {f"{folder}/lib/python3.12/site-packages/{name}-1.0.dist-info/METADATA": "" for name in packages}
    return {f"{folder}/pyvenv.cfg": configuration, **places}


@pytest.mark.parametrize(
    ("lock", "command"),
    [
        ("uv.lock", "uv sync --frozen"),
        ("poetry.lock", "poetry install --no-interaction"),
        ("pdm.lock", "pdm install --frozen-lockfile"),
    ],
)
def test_the_lock_file_says_which_tool_installs(lock: str, command: str) -> None:
    assert commands(None, Paper({"pyproject.toml": PROJECT, lock: ""})) == [command]


def test_uv_installs_the_extras_and_groups_that_the_source_has() -> None:
    project = {"pyproject.toml": PROJECT, "uv.lock": ""}
    source = Paper(project).with_brought(environment("Flask", "attrs", "pytest", "ruff"))
    assert commands(source, Paper(project)) == ["uv sync --frozen --extra web --extra all --group lint"]
    fewer = Paper(project).with_brought(environment("attrs"))
    assert commands(fewer, Paper(project)) == ["uv sync --frozen --extra all"]


def test_poetry_and_pdm_install_what_the_source_has_beyond_the_default() -> None:
    groups = "[tool.poetry.group.docs]\noptional = true\n[tool.poetry.group.docs.dependencies]\nSphinx = '*'\n"
    groups += "[tool.poetry.group.test.dependencies]\npytest = '*'\n"
    for lock, text, expected in (
        ("poetry.lock", "", "poetry install --no-interaction --extras web --with docs"),
        ("pdm.lock", "[metadata]\ngroups = ['default', 'web']\n", "pdm install --frozen-lockfile --group web"),
        ("pdm.lock", "[metadata]\ngroups = ['default']\n", "pdm install --frozen-lockfile"),
    ):
        project = {"pyproject.toml": PROJECT + groups, lock: text}
        source = Paper(project).with_brought(environment("flask", "sphinx", "pytest"))
        assert commands(source, Paper(project)) == [expected]


WORKSPACE = """
[manifest]
members = ["demo", "my-part", "tools"]
[[package]]
name = "tools"
source = { virtual = "tools" }
"""


@pytest.mark.parametrize(("part", "option"), [("my_part", " --all-packages"), ("other", "")])
def test_uv_installs_the_packages_of_a_workspace_where_the_source_has_them(part: str, option: str) -> None:
    project = {"pyproject.toml": PROJECT, "uv.lock": WORKSPACE}
    source = Paper(project).with_brought(environment("demo", part))
    assert commands(source, Paper(project)) == [f"uv sync --frozen{option}"]


def test_an_environment_may_have_any_name() -> None:
    project = {"requirements.txt": "flask"}
    source = Paper(project).with_brought(environment("flask", folder="env"))
    assert commands(source, Paper(project))[0] == "/opt/python/bin/python3 -m venv env"


def test_without_a_lock_file_it_is_made_as_the_source_has_it() -> None:
    project = {"pyproject.toml": PROJECT, "requirements.txt": "flask", "requirements/dev.txt": "pytest"}
    source = Paper(project).with_brought(environment("flask", "pytest", "ruff"))
    assert commands(source, Paper(project)) == [
        "/opt/python/bin/python3 -m venv .venv",
        ".venv/bin/python -m pip install --quiet --disable-pip-version-check -r requirements.txt "
        "-r requirements/dev.txt -e .[web] pytest ruff",
    ]
    assert [step.name for step in planned(source, Paper(project))][0] == "environment .venv"


def test_an_environment_that_uv_made_is_made_by_uv_again_with_the_same_interpreter() -> None:
    made = environment(folder="venv", configuration="home = /opt\nuv = 0.9.0\nexecutable = /opt/python3.12\n")
    source = Paper({"requirements.txt": ""}).with_brought(made)
    assert commands(source, Paper({"requirements.txt": ""})) == [
        "uv venv --quiet --allow-existing --python /opt/python3.12 venv",
        "uv pip install --quiet --python venv -r requirements.txt",
    ]


def test_where_nobody_made_an_environment_none_is_made() -> None:
    files = {"pyproject.toml": PROJECT, "requirements.txt": ""}
    assert commands(None, Paper(files)) == commands(Paper(files), Paper(files)) == []
    tool_only = {"pyproject.toml": "[tool.ruff]\n"}
    assert commands(Paper(tool_only).with_brought(environment()), Paper(tool_only)) == []


def test_deeper_projects_are_installed_where_the_source_has_an_environment() -> None:
    files = {"back/pyproject.toml": PROJECT, "back/uv.lock": "", "tests/data/uv.lock": "", "old/setup.py": ""}
    brought = {**environment(folder="back/.venv"), **environment(folder="old/venv")}
    steps = planned(Paper(files).with_brought(brought), Paper(files))
    assert [(step.folder, step.name) for step in steps] == [
        ("back", "uv sync --frozen (in back)"),
        ("old", "environment venv (in old)"),
        ("old", "pip install -e . (in old)"),
    ]


def test_a_project_that_cannot_be_read_has_no_extras() -> None:
    files = {"pyproject.toml": "[", "uv.lock": ""}
    assert commands(Paper(files).with_brought(environment()), Paper(files)) == ["uv sync --frozen"]
