"""Every recorded output is read correctly, whichever of its two streams comes first."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from mcp_server.build_errors.reader import may_report_errors, read
from tests.build_errors.trees import NamedTree

CASES = sorted((Path(__file__).parents[1] / "data" / "build_errors").glob("*/*.json"))
MISREAD = frozenset("r_eleventy r_mamba r_vermin".split())
"""Cases that are not read correctly yet."""
ROOTED = frozenset("u_ansible_include_vars u_conda_env_abs u_tauri".split())
"""Cases in which nothing but the repository's own path shows whose the files are."""


def tree_of(case: dict[str, Any]) -> NamedTree:
    return NamedTree({path: case["repo_contents"].get(path, "") for path in case["repo_files"]}, case["repo_root"])


def found(case: dict[str, Any], output: str, tree: NamedTree) -> set[str]:
    cwd = tree.root if case["cwd"] == "." else f"{tree.root}/{case['cwd']}"
    return set(read(output, command=case["command"], exit_code=case["exit_code"], cwd=cwd, tree=tree).files)


def right(case: dict[str, Any], files: set[str]) -> bool:
    truth = set(case["error_files"])
    return truth <= files <= truth | set(case["optional_files"])


def test_there_are_recorded_outputs() -> None:
    assert len(CASES) > 600


@pytest.mark.parametrize("file", CASES, ids=lambda file: file.stem)
def test_a_recorded_output_is_read_correctly(file: Path) -> None:
    case = json.loads(file.read_text(encoding="utf-8"))
    tree = tree_of(case)
    outputs = (f"{case['stdout']}\n{case['stderr']}", f"{case['stderr']}\n{case['stdout']}")
    assert all(right(case, found(case, output, tree)) for output in outputs) != (file.stem in MISREAD)


@pytest.mark.parametrize("file", CASES, ids=lambda file: file.stem)
def test_an_output_that_reports_errors_is_never_skipped(file: Path) -> None:
    case = json.loads(file.read_text(encoding="utf-8"))
    if case["error_files"]:
        assert may_report_errors(case["stdout"] + case["stderr"], case["exit_code"])


@pytest.mark.parametrize("file", CASES, ids=lambda file: file.stem)
def test_files_are_found_even_if_the_output_names_another_path_of_the_repository(file: Path) -> None:
    case = json.loads(file.read_text(encoding="utf-8"))
    moved = NamedTree({path: case["repo_contents"].get(path, "") for path in case["repo_files"]}, "/workspace")
    files = found(case, f"{case['stdout']}\n{case['stderr']}", moved)
    # A lone file at the root of another place could be anybody's.
    unsure = not files and all("/" not in path for path in case["error_files"])
    assert right(case, files) or unsure or file.stem in MISREAD | ROOTED
