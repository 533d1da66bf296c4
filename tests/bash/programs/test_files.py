"""What making, removing and marking files writes."""

from __future__ import annotations

import pytest

from tests.bash.reads import Reads


@pytest.mark.parametrize(
    ("command", "paths"),
    [
        ("touch docs/a docs/guide.md", ["docs/a", "docs/guide.md"]),
        ("touch -c docs/a", []),
        ("mkdir -p docs docs/a/b", ["docs/a", "docs/a/b"]),
        ("mkdir docs/m; rmdir docs/m", ["docs/m"]),
        (
            "rm -rf src/billing/legacy",
            ["src/billing/legacy", "src/billing/legacy/old_rates.csv", "src/billing/legacy/old_tax.py"],
        ),
        ("rm src/billing/legacy", []),
        ("rm docs/current; rm -rf docs/ext/", ["docs/current"]),
        ("rm -f nope -- docs/api.md", ["docs/api.md"]),
        ("rmdir src/billing/legacy", []),
        ("unlink docs/api.md", ["docs/api.md"]),
        ("shred -u docs/api.md", ["docs/api.md"]),
        ("truncate -s 0 docs/api.md docs/a", ["docs/a", "docs/api.md"]),
        ("mkfifo docs/p", ["docs/p"]),
        ("tee docs/a docs/b < README.md", ["docs/a", "docs/b"]),
        ("split -l 1 README.md docs/part_", ["docs/part_*"]),
        ("rename 's/api/ipa/' docs/api.md", ["docs/api.md", "docs/ipa.md"]),
        ("rename api ipa docs/api.md", ["docs/api.md", "docs/ipa.md"]),
    ],
)
def test_created_and_removed_files_are_known(reads: Reads, command: str, paths: list[str]) -> None:
    assert reads.known(command) == paths


@pytest.mark.parametrize(
    ("command", "paths"),
    [
        ("chmod +x docs/api.md", ["docs/api.md"]),
        ("chmod 644 docs/api.md", []),
        ("chmod u+x,g-w docs/api.md", ["docs/api.md"]),
        (
            "chmod -R 700 src/auth/handlers",
            [
                "src/auth/handlers",
                "src/auth/handlers/__init__.py",
                "src/auth/handlers/oauth.py",
                "src/auth/handlers/saml.py",
            ],
        ),
        ("chown me docs/api.md", ["docs/api.md"]),
        ("touch -h docs/latest.md", ["docs/latest.md"]),
    ],
)
def test_a_change_of_mode_or_owner_is_a_write(reads: Reads, command: str, paths: list[str]) -> None:
    assert reads.known(command) == paths
