"""The name of a temporary file tells which file it will replace."""

from __future__ import annotations

from pathlib import Path

import pytest

from mcp_server.sandbox.supervisor.temporary_names import is_scratch, is_temporary, originals


@pytest.mark.parametrize(
    ("name", "original"),
    [
        ("package.json.2134567", "package.json"),
        (".package.json.swp", "package.json"),
        ("package.json~", "package.json"),
        ("#notes.md#", "notes.md"),
        (".#notes.md", "notes.md"),
        ("db.sqlite3-journal", "db.sqlite3"),
        ("db.sqlite3-wal", "db.sqlite3"),
        ("Cargo.lock.tmp", "Cargo.lock"),
        ("pnpm-lock.yaml.4093815726", "pnpm-lock.yaml"),
        (".package.json.8f3a1c.tmp", "package.json"),
        ("uv.lock.tmp-a1b2c3", "uv.lock"),
        ("main.go.1234567", "main.go"),
        (".coverage.vm.pid2172.XDwDOP6x", ".coverage"),
    ],
)
def test_a_temporary_name_leads_to_its_file(name: str, original: str) -> None:
    assert original in originals(name)


@pytest.mark.parametrize(
    "name", ["package.json", "package-lock.json", "main.test.ts", "notes.md.en", "a-better-name.py"]
)
def test_an_ordinary_name_leads_to_no_shorter_one(name: str) -> None:
    assert not [found for found in originals(name) if found in ("package", "package.json", "main", "notes.md", "a")]


def test_a_folder_may_have_letters_by_chance_without_a_sign() -> None:
    assert "target" in originals("targetaUJc1m", is_folder=True)
    assert "target" not in originals("targetaUJc1m")
    assert "dist" not in originals("distribution", is_folder=True)


def test_a_program_that_names_its_files_by_chance_may_use_such_a_name_beside_an_own_file(tmp_path: Path) -> None:
    (tmp_path / "own.txt").touch()
    own = lambda place: place == str(tmp_path / "own.txt")  # noqa: E731  a sentence of its own would say no more

    assert is_temporary(str(tmp_path / "sedAb12Cd"), own, lambda: "sed")
    assert not is_temporary(str(tmp_path / "sedAb12Cd"), own, lambda: "python3")
    assert not is_temporary(str(tmp_path / "sed.py"), own, lambda: "sed")
    assert not is_temporary(str(tmp_path / "sedAb12Cd"), lambda _: False, lambda: "sed")


SCRATCH = """tmpw8x4_rae .tmpAb3dE6 _tmp_14041_de0e0a9004c2bd234d7e01db10d3d004
    vite.config.ts.timestamp-1699999999999-a1b2c3.mjs""".split()
ORDINARY = "tmp tmpl template tmpfiles.d .tmpdir vite.config.ts tmpnotes _tmp_x".split()


@pytest.mark.parametrize("name", SCRATCH)
def test_some_names_tell_that_they_are_for_a_moment(name: str) -> None:
    assert is_scratch(name)


@pytest.mark.parametrize("name", ORDINARY)
def test_ordinary_names_do_not(name: str) -> None:
    assert not is_scratch(name)
