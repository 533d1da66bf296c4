"""Programs and shells that run another command."""

from __future__ import annotations

import pytest

from tests.bash.reads import Reads


@pytest.mark.parametrize(
    ("command", "paths"),
    [
        ("timeout 5 touch docs/a", ["docs/a"]),
        ("nice -n 5 touch docs/a; nohup touch docs/b &", ["docs/a", "docs/b"]),
        ("env -i X=1 touch docs/a", ["docs/a"]),
        ("env -C docs touch a", ["docs/a"]),
        ("sudo -u me touch docs/a", ["docs/a"]),
        ("command touch docs/a; \\touch docs/b; /usr/bin/touch docs/c", ["docs/a", "docs/b", "docs/c"]),
        ("stdbuf -oL tee docs/a < README.md", ["docs/a"]),
        ("time -p touch docs/a", ["docs/a"]),
        ("bash -c 'touch docs/$1' _ a", ["docs/a"]),
        ('sh -ec "cd docs; touch a"', ["docs/a"]),
        ('eval "touch docs/a"', ["docs/a"]),
        ("busybox sed -i s/a/b/ docs/api.md", ["docs/api.md"]),
        ("flock /tmp/l touch docs/a", ["docs/a"]),
        ("strace -o docs/t touch docs/a", ["docs/a", "docs/t"]),
    ],
)
def test_the_command_inside_is_read(reads: Reads, command: str, paths: list[str]) -> None:
    assert reads.known(command) == paths


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
