"""Output that becomes arguments or input of other commands."""

from __future__ import annotations

import pytest

from tests.bash.reads import Reads


@pytest.mark.parametrize(
    ("command", "paths"),
    [
        ("touch docs/$(basename src/auth/login.py .py)", ["docs/login"]),
        ("touch $(dirname docs/api.md)/x", ["docs/x"]),
        ("touch docs/$(printf '%02d' 7)", ["docs/07"]),
        ("touch docs/$(echo -n a)$(seq 2 2)", ["docs/a2"]),
        ("touch docs/$(echo YQ== | base64 -d)", ["docs/a"]),
        ("touch docs/$(date +%s)", ["docs/*"]),
        ("xxd README.md docs/x", ["docs/x"]),
        ('cd docs; touch "$(pwd)/x"', ["docs/x"]),
    ],
)
def test_what_is_printed_names_the_files(reads: Reads, command: str, paths: list[str]) -> None:
    assert reads.known(command) == paths
