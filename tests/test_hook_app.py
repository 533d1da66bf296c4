"""What a session's start leaves to the session's server."""

from __future__ import annotations

import os
import subprocess
import time
from pathlib import Path

from mcp_server import hook_app
from mcp_server.adapters.host.repository import Repository, repository_of
from mcp_server.sandbox import ignored


def used(folder: Path) -> Repository:
    subprocess.run(["git", "init", "--quiet", str(folder)], check=True)
    (folder / ".gitignore").write_text("build/\n")
    (folder / "build").mkdir()
    (folder / "build" / "x").write_text("")
    (folder / ".git" / "interlock").mkdir()
    return repository_of(str(folder))


def known(repository: Repository) -> list[str]:
    return ignored.read(repository.root, ignored.file_of(repository.state, repository.root))[0]


def test_what_git_ignores_is_asked_once_an_hour_or_now(tmp_path: Path) -> None:
    repository = used(tmp_path)
    hook_app.tidy(repository)
    assert str(tmp_path / "build") in known(repository)
    (tmp_path / ".gitignore").write_text("other/\n")
    (tmp_path / "other").mkdir()
    (tmp_path / "other" / "x").write_text("")

    hook_app.tidy(repository)
    assert str(tmp_path / "other") not in known(repository)

    hook_app.tidy(repository, now=True)
    assert str(tmp_path / "other") in known(repository)


def test_after_an_hour_a_start_without_a_server_does_it(tmp_path: Path) -> None:
    repository = used(tmp_path)
    hook_app.tidy(repository)
    (tmp_path / "build" / "x").unlink()
    (tmp_path / ".gitignore").write_text("late/\n")
    (tmp_path / "late").mkdir()
    (tmp_path / "late" / "x").write_text("")
    before = time.time() - hook_app.TIDY_EVERY - 1
    [stamp] = [path for path in Path(repository.state).iterdir() if path.name == "tidied"]
    os.utime(stamp, (before, before))

    hook_app.tidy(repository)

    assert str(tmp_path / "late") in known(repository)
