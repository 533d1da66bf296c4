"""The grammar is loaded cheaply where the interpreter allows it, and in the ordinary way otherwise."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
import tree_sitter

from mcp_server.bash.parse import grammar

ROOT = Path(__file__).parents[3]
LIBRARIES = Path(tree_sitter.__file__).parents[1]
FRESH = """
import sys
sys.path.insert(0, {root!r})
from mcp_server.bash import reader
from mcp_server.bash.parse import grammar
from mcp_server.adapters.git.bash_disk import GitDisk
grammar.load({libraries!r})
reading = reader.read("cd src && sed -i s/a/b/ x.py && echo hi > y", {root!r}, GitDisk(), home="/", environment={{}})
assert not reading.unknown, reading.why
print(*sorted({{"re", "enum", "typing", "tree_sitter", "subprocess", "json", "functools"}} & set(sys.modules)))
import re, enum
assert re.compile("a") and enum.Enum
"""


def test_a_fresh_interpreter_parses_without_loading_typing_re_and_enum() -> None:
    source = FRESH.format(root=str(ROOT), libraries=str(LIBRARIES))
    done = subprocess.run([sys.executable, "-I", "-S", "-c", source], capture_output=True, text=True, check=False)
    assert (done.stdout, done.stderr) == ("\n", "")


def test_the_error_says_which_library_is_missing(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(grammar, "_parsers", [])
    monkeypatch.setitem(sys.modules, "tree_sitter_bash", None)
    monkeypatch.setattr(sys, "path", list(sys.path))
    with pytest.raises(grammar.GrammarMissing, match="Bash grammar"):
        grammar.load(str(tmp_path))


def test_a_node_has_its_text_in_any_script() -> None:
    assert grammar.text_of(grammar.parse("echo é\udc80")) == "echo é\udc80"
