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
        ("script -q /dev/null touch docs/a; script -p docs/t", ["docs/a"]),
        ("script -c 'touch docs/a' docs/t", ["docs/a", "docs/t"]),
    ],
)
def test_the_command_inside_is_read(reads: Reads, command: str, paths: list[str]) -> None:
    assert reads.known(command) == paths


@pytest.mark.parametrize(
    ("command", "paths"),
    [
        ("echo docs/a docs/b | xargs touch", ["docs/a", "docs/b"]),
        ("printf '%s\\n' a b | xargs -I{} touch docs/{}", ["docs/a", "docs/b"]),
        ("find src -name '*.csv' -print0 | xargs -0 rm", ["src/billing/legacy/old_rates.csv", "src/billing/rates.csv"]),
        ("xargs -a assets/list.txt rm", ["src/auth/login.py", "src/auth/session.py"]),
        ("git ls-files -z docs | xargs -0 -n1 echo", []),
        ("grep -rl 'class Session' src --include='*.py' | xargs sed -i s/a/b/", ["src/auth/session.py"]),
        ("ls src/billing/*.csv | xargs -n1 basename", []),
        ("xargs -I{} sh -c 'touch docs/{}' <<< x", ["docs/x"]),
        ("parallel touch docs/{} ::: a b", ["docs/a", "docs/b"]),
    ],
)
def test_xargs_and_parallel_turn_words_into_arguments(reads: Reads, command: str, paths: list[str]) -> None:
    assert reads.known(command) == paths
