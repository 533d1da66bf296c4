"""The shims of `mkdir` and `rm` in a confined command treat a placeholder as a missing directory."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest

from tests.sandbox.sandbox_repo import ROOT

SHIMS = ROOT / "hooks" / "shims"


class Installation:
    """A folder in which `build` and `dist` are listed; `build` is empty, `dist` is not."""

    def __init__(self, base: Path) -> None:
        self.base = base.resolve()
        (self.base / "build").mkdir()
        (self.base / "dist" / "deep").mkdir(parents=True)
        for name in ("dist/a", "dist/.hidden", "dist/deep/b", "file"):
            (self.base / name).touch()
        (self.base / "src").mkdir()
        places = self.base / "places"
        places.write_text(f"{self.base}/build\n{self.base}/dist\n")
        self.environment = {"PATH": f"{SHIMS}:{os.environ['PATH']}", "INTERLOCK_PLACES": str(places), "LC_ALL": "C"}

    def run(self, command: str) -> tuple[int, str]:
        done = subprocess.run(
            ["sh", "-c", command], cwd=self.base, env=self.environment, capture_output=True, text=True, check=False
        )
        return done.returncode, done.stderr

    @property
    def tree(self) -> list[str]:
        found = (path.relative_to(self.base).as_posix() for path in self.base.rglob("*"))
        return sorted(path for path in found if path not in ("places", "file"))


@pytest.fixture
def installation(tmp_path: Path) -> Installation:
    return Installation(tmp_path)


FULL = ["dist", "dist/.hidden", "dist/a", "dist/deep", "dist/deep/b"]


@pytest.mark.parametrize(
    ("command", "code", "tree"),
    [
        ("mkdir build", 0, ["build", *FULL, "src"]),
        ("mkdir build/", 0, ["build", *FULL, "src"]),
        ("mkdir ./build src/x", 0, ["build", *FULL, "src", "src/x"]),
        ("mkdir -m 755 build", 0, ["build", *FULL, "src"]),
        ("mkdir -p build/x", 0, ["build", "build/x", *FULL, "src"]),
        ("mkdir -- build", 0, ["build", *FULL, "src"]),
        ("mkdir dist", 1, ["build", *FULL, "src"]),
        ("mkdir src", 1, ["build", *FULL, "src"]),
        ("mkdir", 1, ["build", *FULL, "src"]),
        ("cd src && mkdir ../build && mkdir build", 0, ["build", *FULL, "src", "src/build"]),
        ("rm -rf dist", 0, ["build", "dist", "src"]),
        ("rm -r -f ./dist/ src", 0, ["build", "dist"]),
        ("rm -fr dist build nowhere", 0, ["build", "dist", "src"]),
        ("rm --recursive dist && mkdir dist", 0, ["build", "dist", "src"]),
        ("rm -rf -- dist", 0, ["build", "dist", "src"]),
        ("rm dist", 1, ["build", *FULL, "src"]),
        ("rm -rf dist/deep", 0, ["build", "dist", "dist/.hidden", "dist/a", "src"]),
        ("rm -rf src", 0, ["build", *FULL]),
        ("rm", 1, ["build", *FULL, "src"]),
        ("rm -f", 0, ["build", *FULL, "src"]),
        ("rm -r nowhere", 1, ["build", *FULL, "src"]),
        ("ln -s dist link && rm -rf link", 0, ["build", *FULL, "src"]),
    ],
)
def test_only_listed_directories_are_treated_differently(
    installation: Installation, command: str, code: int, tree: list[str]
) -> None:
    assert installation.run(command)[0] == code
    assert installation.tree == sorted(tree)


@pytest.mark.parametrize("command", ["rm nowhere", "mkdir src", "mkdir -z", "rm --frob x", "mkdir nowhere/x"])
def test_messages_and_exit_codes_are_the_real_programs(installation: Installation, command: str) -> None:
    said = installation.run(command)
    installation.environment["PATH"] = os.environ["PATH"]

    assert said == installation.run(command)


def test_without_its_list_the_real_program_does_everything(installation: Installation) -> None:
    (installation.base / "places").unlink()

    assert installation.run("mkdir build")[0] == 1
    assert installation.run("rm -rf dist") == (0, "")
    assert installation.tree == ["build", "src"]
