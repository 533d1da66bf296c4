"""A hook's process finds the plugin's modules quickly, and never another one than Python would find."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.hooks.runner import ROOT

PROGRAM = """
import sys
sys.path.insert(0, sys.argv[1])
from hooks import loading
loading.install(sys.argv[1])
import hooks.part, hooks.room.inner
quick = sorted(name for name, module in sys.modules.items() if type(module.__loader__).__name__ == "_Loader")
print(hooks.part.WORD, hooks.room.inner.WORD, hooks.part.__file__, hooks.room.__path__, hooks.room.__file__)
print(*quick)
"""


@pytest.fixture
def plugin(tmp_path: Path) -> Path:
    """A plugin with two modules, which Python has compiled before."""
    root = tmp_path / "plugin"
    (root / "hooks" / "room").mkdir(parents=True)
    (root / "hooks" / "__init__.py").write_text("")
    (root / "hooks" / "loading.py").write_text((ROOT / "hooks" / "loading.py").read_text())
    (root / "hooks" / "part.py").write_text("WORD = 'first'\n")
    (root / "hooks" / "room" / "__init__.py").write_text('"""A room."""\n')
    (root / "hooks" / "room" / "inner.py").write_text("WORD = 'inner'\n")
    load(root)
    return root


def load(root: Path) -> list[str]:
    done = subprocess.run(
        [sys.executable, "-I", "-S", "-c", PROGRAM, str(root)], capture_output=True, text=True, check=True
    )
    return done.stdout.splitlines()


def test_what_was_compiled_is_loaded_from_where_it_is(plugin: Path) -> None:
    said, quick = load(plugin)

    assert said == (f"first inner {plugin}/hooks/part.py ['{plugin}/hooks/room'] {plugin}/hooks/room/__init__.py")
    assert quick == "hooks.part hooks.room hooks.room.inner"


def test_a_file_that_has_changed_is_compiled_anew(plugin: Path) -> None:
    part = plugin / "hooks" / "part.py"
    before = part.stat().st_mtime_ns
    part.write_text("WORD = 'other'\n")
    os.utime(part, ns=(before + 5_000_000_000, before + 5_000_000_000))

    assert load(plugin)[0].startswith("other ")
    assert load(plugin)[1].startswith("hooks.part ")


@pytest.mark.parametrize("broken", [b"", b"x" * 40, None])
def test_a_copy_that_is_damaged_or_gone_is_none(plugin: Path, broken: bytes | None) -> None:
    [copy] = (plugin / "hooks" / "__pycache__").glob("part.*.pyc")
    copy.unlink() if broken is None else copy.write_bytes(broken)

    assert load(plugin)[0].startswith("first ")


def test_a_copy_without_its_source_is_none(plugin: Path) -> None:
    (plugin / "hooks" / "part.py").unlink()

    with pytest.raises(subprocess.CalledProcessError):
        load(plugin)
