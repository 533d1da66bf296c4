"""The repository under another path: one prefix that explains what an output names."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mcp_server.build_errors.other_roots import place
from tests.build_errors.trees import NamedTree, blamed

FILES = ["src/a.py", "src/b.py", "web/src/a.py", "main.py", "setup.py"]


def found(*lines: str, contained: bool = False, folders: tuple[str, ...] = ()) -> tuple[str, str] | None:
    one = place(list(lines), NamedTree(FILES), list(folders), contained=contained)
    return None if one is None else (one.prefix, one.folder)


def test_the_prefix_that_explains_the_paths_is_the_repository() -> None:
    assert found("/builds/x/src/a.py:3: error", "/builds/x/src/b.py:4: error") == ("/builds/x", "")
    assert found('  File "/code/web/src/a.py", line 3') == ("/code", "")
    assert found("e: file:///C:/w/x/src/a.py:3:4 bad") == ("C:/w/x", "")
    assert found(r"C:\w\x\src\a.py(3,4): error") == ("C:/w/x", "")


def test_a_name_alone_counts_only_in_a_folder_that_is_known() -> None:
    assert found("/elsewhere/main.py:3: error") is None
    assert found("/elsewhere/acme/main.py:3: error") == ("/elsewhere/acme", "")
    assert found("make: Entering directory '/x/y'", "/x/y/main.py:3: error") == ("/x/y", "")
    assert found("/x/y/main.py:3: error", "/x/y/setup.py:4: error") == ("/x/y", "")
    assert found("/app/main.py:3: error", contained=True) == ("/app", "")


def test_a_copy_among_files_that_are_not_ours_is_no_repository() -> None:
    assert found("/deps/x/src/a.py:3: error", "/deps/x/src/other.py:4: error") is None
    assert found("/home/dev/acme/src/b.py:3: error", "/u/x/src/a.py:3: error") is None, "the repository is where it is"
    assert found("/u/x/src/a.py:3: error", "/v/y/src/b.py:3: error") is None, "there is one repository"
    assert found("/u/deps/x/src/a.py:3: error") is None


def test_in_a_container_the_folder_that_was_sent_comes_first() -> None:
    assert found("/app/src/a.py:3: error", contained=True, folders=("web",)) == ("/app", "web")


@pytest.mark.parametrize("home", ["/home/dev", "/Users/dev"])
def test_a_path_below_the_home_directory_is_the_same_path(home: str) -> None:
    assert blamed("~/acme/src/a.py:3: error: bad", FILES, root=f"{home}/acme", cwd=f"{home}/acme") == ["src/a.py"]


@given(
    st.lists(
        st.sampled_from(["/", "src/a.py", ":3", "C:", "\\", "~", "file://", "x", " ", '"', "acme", "."]), max_size=30
    )
)
def test_any_line_can_be_asked(pieces: list[str]) -> None:
    found("".join(pieces))
    found("".join(pieces), contained=True, folders=("web",))
