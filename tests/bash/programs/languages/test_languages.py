"""What code of other languages writes, as far as its text shows it."""

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
        ("node -e \"require('fs').writeFileSync('docs/x', 'a')\"", ["docs/x"]),
        ("node -e \"const fs = require('fs'); fs.rmSync('notes.txt')\"", ["notes.txt"]),
        ('node -p "[1, 2].map(x => x > 1)"', []),
        ("perl -e 'unlink \"notes.txt\"'", ["notes.txt"]),
        ("ruby -e 'puts [1, 2].map { |x| x + 1 }'", []),
    ],
)
def test_plain_calls_are_known(reads: Reads, command: str, paths: list[str]) -> None:
    assert reads.known(command) == paths


@pytest.mark.parametrize(
    "code",
    [
        'File.write("docs/x", "a")',
        'File.open("docs/x", "w")',
        'File.new("docs/x", "w")',
        'require "fileutils"; FileUtils.rm_rf("docs")',
        "system(ARGV[0])",
    ],
)
def test_ruby_code_that_may_write_is_unknown(reads: Reads, code: str) -> None:
    assert reads(f"ruby -e '{code}'").unknown
