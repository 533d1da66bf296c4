"""The files that a patch changes."""

from __future__ import annotations

import pytest

from tests.bash.reads import Reads


@pytest.mark.parametrize(
    ("command", "paths"),
    [
        ("patch -p1 < patches/tax.patch", ["src/billing/tax.py"]),
        ("patch -p1 --dry-run < patches/tax.patch", []),
        ("patch -p1 -i patches/0001-docs-faq.patch", ["docs/faq.md"]),
        ("patch -b src/auth/login.py patches/login.patch", ["src/auth/login.py", "src/auth/login.py.orig"]),
    ],
)
def test_a_patch_writes_the_files_that_it_names(reads: Reads, command: str, paths: list[str]) -> None:
    assert reads.known(command) == paths
