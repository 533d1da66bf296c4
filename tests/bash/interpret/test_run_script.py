"""Script files, run by name, sourced or handed to a shell."""

from __future__ import annotations

import pytest

from tests.bash.reads import Reads


@pytest.mark.parametrize(
    ("command", "paths"),
    [
        ("bash scripts/gen.sh", ["src/billing/generated.py"]),
        ("./scripts/gen.sh", ["src/billing/generated.py"]),
        ("./scripts/touchall.sh docs src", ["docs/TOUCHED", "src/TOUCHED"]),
        (". scripts/activate.sh", ["config/local.ini"]),
        ("source scripts/env.sh && save docs/s x", ["docs/s"]),
        ("printf 'touch docs/a\\n' > /tmp/s.sh; bash /tmp/s.sh", ["docs/a"]),
        ("cat > /tmp/t.sh <<'A'; chmod +x /tmp/t.sh; /tmp/t.sh\n#!/bin/sh\ntouch docs/a\nA", ["docs/a"]),
    ],
)
def test_scripts_are_read(reads: Reads, command: str, paths: list[str]) -> None:
    assert reads.known(command) == paths
