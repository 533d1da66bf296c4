"""What Python code writes, as far as its syntax tree shows it."""

from __future__ import annotations

import pytest

from tests.bash.reads import Reads


@pytest.mark.parametrize(
    ("command", "paths"),
    [
        ("python3 -c \"open('docs/x', 'w').write('a')\"", ["docs/x"]),
        ("python3 -c \"from pathlib import Path; Path('docs/x').write_text('a')\"", ["docs/x"]),
        ("python3 -c \"import sys; open(sys.argv[1], 'a')\" docs/x", ["docs/x"]),
        (
            "python3 -c \"import os; os.remove('notes.txt'); os.makedirs('docs/a/b')\"",
            ["docs/a", "docs/a/b", "notes.txt"],
        ),
        ("python3 -c \"import shutil; shutil.copy('README.md', 'docs/')\"", ["docs/README.md"]),
        ("python3 -c \"import subprocess; subprocess.run(['touch', 'docs/x'])\"", ["docs/x"]),
        ("python3 -c \"p = 'docs/' + 'x'; open(p, 'w')\"", ["docs/x"]),
        ("python3 - <<'A'\nopen('docs/x', 'w')\nA", ["docs/x"]),
        ("python3 -c \"import json; print(json.load(open('package.json')))\"", []),
        ("python3 scripts/gen.py docs/x", ["docs/x"]),
    ],
)
def test_plain_calls_are_known(reads: Reads, command: str, paths: list[str]) -> None:
    assert reads.known(command) == paths
