"""What Perl, Ruby and JavaScript code writes, as far as its text shows it."""

from __future__ import annotations

import pytest

from tests.bash.reads import Reads


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


@pytest.mark.parametrize(
    ("command", "paths"),
    [
        ("node -e \"require('fs').writeFileSync('docs/x', 'a')\"", ["docs/x"]),
        ("node -e \"const fs = require('fs'); fs.rmSync('notes.txt')\"", ["notes.txt"]),
        ('node -p "[1, 2].map(x => x > 1)"', []),
        ("perl -e 'unlink \"notes.txt\"'", ["notes.txt"]),
        ("ruby -e 'puts [1, 2].map { |x| x + 1 }'", []),
    ],
)
def test_plain_calls_are_known(reads: Reads, command: str, paths: list[str]) -> None:
    assert reads.known(command) == paths
