"""The paths that were refused are found in what programs print."""

from __future__ import annotations

import pytest

from mcp_server.sandbox.denials import denied_paths


@pytest.mark.parametrize(
    ("output", "path"),
    [
        ("/bin/bash: line 2: src/api/a.py: Permission denied", "/r/src/api/a.py"),
        ("(eval):1: permission denied: src/api/a.py", "/r/src/api/a.py"),
        ("sh: 1: cannot create src/api/a.py: Permission denied", "/r/src/api/a.py"),
        ("sed: couldn't open temporary file src/api/sedWp2: Permission denied", "/r/src/api/sedWp2"),
        ("tee: src/api/a.py: Permission denied", "/r/src/api/a.py"),
        ("touch: cannot touch 'src/api/a b.py': Permission denied", "/r/src/api/a b.py"),
        ("rm: cannot remove 'src/api/a.py': Permission denied", "/r/src/api/a.py"),
        ("mkdir: cannot create directory ‘src/new’: Permission denied", "/r/src/new"),
        ("cp: cannot create regular file 'README.md': Permission denied", "/r/README.md"),
        ("PermissionError: [Errno 13] Permission denied: 'src/api/z'", "/r/src/api/z"),
        ("Error: EACCES: permission denied, open 'src/api/a.py'", "/r/src/api/a.py"),
        ("npm error path /r/p.json\nnpm error EACCES: permission denied, open '/r/p.json'", "/r/p.json"),
        ("Can't open src/api/a.py: Permission denied.", "/r/src/api/a.py"),
        ("error: unable to create file src/api/a.py: Permission denied", "/r/src/api/a.py"),
        ("error: unable to unlink old 'src/api/a.py': Permission denied", "/r/src/api/a.py"),
        ("dd: failed to open 'src/api/a.py': Permission denied", "/r/src/api/a.py"),
        ("mkdir: build: Permission denied", "/r/build"),
        ("tar: src/api/a.py: Cannot open: Permission denied", "/r/src/api/a.py"),
        ("open src/api/a.go: permission denied", "/r/src/api/a.go"),
    ],
)
def test_the_path_is_found_in_the_words_of_each_program(output: str, path: str) -> None:
    assert denied_paths(output, "/r") == [path]


def test_the_home_directory_is_spelled_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", "/h")

    assert denied_paths("bash: ~/x: Read-only file system", "/r") == ["/h/x"]


def test_a_successful_output_names_nothing() -> None:
    assert denied_paths("12 passed\nwrote src/api/a.py\nno such file or directory: x", "/r") == []


def test_each_path_is_named_once_and_their_number_is_limited() -> None:
    lines = [f"rm: cannot remove 'f{number % 30}': Permission denied" for number in range(500)]

    found = denied_paths("\n".join(lines), "/r")

    assert len(found) == len(set(found)) == 20


@pytest.mark.parametrize("output", ["", "Permission denied", ": Permission denied", "'" * 9 + "EACCES", "\0 EACCES"])
def test_any_output_can_be_read(output: str) -> None:
    denied_paths(output, "/r")


@pytest.mark.parametrize(
    "output",
    [
        "interlock: this command was not run, because it cannot be confined: Permission denied: '/r/src/a.py'",
        "interlock: src/a.py is held by ben: the commit was not made (operation not permitted)",
        "  Interlock: ben holds src/a.py. Permission denied",
    ],
)
def test_what_interlock_itself_refused_is_no_denied_path(output: str) -> None:
    assert denied_paths(output, "/r") == []
