"""What `sed` writes."""

from __future__ import annotations

import pytest

from tests.bash.reads import Reads


@pytest.mark.parametrize(
    ("command", "paths"),
    [
        ("sed -i s/a/b/ docs/api.md", ["docs/api.md"]),
        ("sed -i.bak s/a/b/ docs/api.md", ["docs/api.md", "docs/api.md.bak"]),
        ("sed -Ei 's/a/b/' docs/api.md", ["docs/api.md"]),
        ("sed s/a/b/ -i docs/api.md", ["docs/api.md"]),
        ("sed -i '' s/a/b/ docs/api.md", ["docs/api.md"]),
        ("sed --in-place=.o -e s/a/b/ docs/api.md", ["docs/api.md", "docs/api.md.o"]),
        ("sed -n 's/a/b/gw docs/w' README.md", ["docs/w"]),
        ("sed -e '/x/w docs/w' -e '/[/]y/w docs/v' README.md", ["docs/v", "docs/w"]),
        ("sed -n -f scripts/extract.sed README.md", ["docs/steps.out"]),
        ("sed -i s/a/b/ src/auth/tax_link.py", ["src/auth/tax_link.py"]),
        ("sed -i --follow-symlinks s/a/b/ src/auth/tax_link.py", ["src/billing/tax.py"]),
        ("sed 's/-i/w x/; y/w/v/' README.md", []),
        ("sed -i s/a/b/ nope", []),
    ],
)
def test_sed_writes_in_place_and_where_its_script_says(reads: Reads, command: str, paths: list[str]) -> None:
    assert reads.known(command) == paths


def test_what_sed_prints_with_its_own_commands_is_unknown_and_not_empty(reads: Reads) -> None:
    assert reads("touch docs/$(sed -n 1p README.md)").unknown
