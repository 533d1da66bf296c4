"""Which modules reading an error loads: it happens in a hook, so each of them counts."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]
DEAR = {"re", "typing", "enum", "dataclasses", "pathlib", "collections", "json", "subprocess", "functools", "inspect"}
SCRIPT = """
import sys
sys.path.insert(0, {root!r})
from mcp_server.adapters.git.source_tree import SourceTree
from mcp_server.build_errors.reader import may_report_errors, read
tree = SourceTree({root!r})
if {alone!r}:
    may_report_errors("fine", 0)
else:
    output = "mcp_server/hook_app.py:3: error: bad\\n    at f (mcp_server/hook_app.py:3:5)\\n"
    assert read(output, command="npx tsc", exit_code=1, cwd={root!r}, tree=tree).files
print("\\n".join(sys.modules))
"""


def loaded(*, alone: bool) -> set[str]:
    script = SCRIPT.format(root=str(ROOT), alone=alone)
    done = subprocess.run([sys.executable, "-I", "-S", "-c", script], capture_output=True, text=True, check=True)
    return set(done.stdout.split())


def test_no_expensive_module_is_loaded_to_read_the_output_of_a_compiler() -> None:
    modules = loaded(alone=False)
    assert "mcp_server.build_errors.general" in modules
    assert modules & DEAR == set()


def test_hardly_any_module_is_loaded_if_there_is_nothing_to_read() -> None:
    modules = {name for name in loaded(alone=True) if name.startswith("mcp_server.build_errors.")}
    assert modules == {"mcp_server.build_errors.reader", "mcp_server.build_errors.reading"}
