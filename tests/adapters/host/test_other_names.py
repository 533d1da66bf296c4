"""A file is found under all the names that it has."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from mcp_server.adapters.host import other_names
from mcp_server.adapters.host.other_names import other_names as names_of


@pytest.fixture
def root(tmp_path: Path) -> Path:
    made = tmp_path.resolve() / "repo"
    (made / "src").mkdir(parents=True)
    (made / "src" / "a.py").write_text("x")
    return made


def test_a_file_with_one_name_has_no_other(root: Path) -> None:
    assert names_of(str(root / "src" / "a.py"), [str(root)]) == []
    assert names_of(str(root / "src" / "missing.py"), [str(root)]) == []
    assert names_of(str(root / "src"), [str(root)]) == []


def test_hard_links_are_found_from_inside_and_outside(root: Path) -> None:
    inside, outside = root / "linked.py", root.parent / "linked.py"
    os.link(root / "src" / "a.py", inside)
    os.link(inside, outside)

    assert names_of(str(inside), [str(root)]) == [str(root / "src" / "a.py")]
    assert sorted(names_of(str(outside), [str(root)])) == [str(inside), str(root / "src" / "a.py")]


def mounts(monkeypatch: pytest.MonkeyPatch, root: Path, *lines: str) -> None:
    """The list of mounts is this one, with `root` as its folder."""
    file = root.parent / "mounts"
    file.write_text("".join(line + " rw shared:1 - ext4 /dev/x rw\n" for line in lines))
    monkeypatch.setattr(other_names, "_MOUNTS", str(file))


def test_a_folder_that_is_mounted_twice_is_found_if_it_is_the_same(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    twice = root.parent / "twice"
    twice.symlink_to(root / "src")  # what a mount would look like, but for the link
    mounts(monkeypatch, root, "1 0 8:1 / /", f"2 1 8:1 {root}/src {twice}", "3 1 8:2 / /other")

    assert names_of(str(twice / "a.py"), [str(root)]) == [str(root / "src" / "a.py")]
    assert names_of(str(root / "src" / "new.py"), [str(root)]) == [str(twice / "new.py")]


def test_an_outdated_list_of_mounts_finds_nothing(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (root.parent / "twice").mkdir()
    mounts(monkeypatch, root, "1 0 8:1 / /", f"2 1 8:1 {root}/src {root.parent}/twice")

    assert names_of(str(root.parent / "twice" / "a.py"), [str(root)]) == []


def test_without_a_list_of_mounts_there_are_none(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(other_names, "_MOUNTS", "/no/such/list")

    assert names_of(str(root / "src" / "a.py"), [str(root)]) == []


@pytest.mark.skipif(
    subprocess.run(["unshare", "-rm", "true"], check=False, capture_output=True).returncode != 0,
    reason="nothing may be mounted here",
)
def test_a_real_second_mount_is_found(root: Path) -> None:
    twice = root.parent / "twice"
    twice.mkdir()
    code = (
        "import sys; from mcp_server.adapters.host.other_names import other_names; "
        f"print(other_names({str(twice / 'a.py')!r}, []))"
    )
    script = f"mount --bind '{root}/src' '{twice}' && exec \"$PYTHON\" -c \"$CODE\""
    done = subprocess.run(
        ["unshare", "-rm", "sh", "-c", script],
        env={**os.environ, "PYTHON": sys.executable, "CODE": code, "PYTHONPATH": str(Path.cwd())},
        capture_output=True,
        text=True,
        check=True,
    )

    assert done.stdout.strip() == str([str(root / "src" / "a.py")])
