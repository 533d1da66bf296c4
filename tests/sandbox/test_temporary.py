"""Which places are temporary, and which one a command gets when they can't be granted."""

from __future__ import annotations

from pathlib import Path

import pytest

from mcp_server.sandbox import temporary


def test_the_environment_is_asked_first_and_only_for_absolute_places() -> None:
    found = temporary.folders({"TMPDIR": "/x", "TMP": "relative", "CLAUDE_CODE_TMPDIR": "/c", "HOME": "/h"})

    assert found == ["/x", "/c", *temporary.SHARED]
    assert temporary.usual({"TMPDIR": "/x"}) == "/x"
    assert temporary.usual({}) == temporary.SHARED[0]


def test_the_users_own_directory_is_made_once_and_for_nobody_else(tmp_path: Path) -> None:
    first, second = temporary.own(str(tmp_path)), temporary.own(str(tmp_path))

    assert first == second
    assert Path(first).stat().st_mode & 0o777 == 0o700


@pytest.mark.parametrize("kind", ["link", "file"])
def test_what_somebody_else_put_there_is_not_taken(tmp_path: Path, kind: str) -> None:
    place = Path(temporary.own(str(tmp_path)))
    place.rmdir()
    if kind == "link":
        place.symlink_to(tmp_path)
    else:
        place.touch()

    with pytest.raises(FileExistsError):
        temporary.own(str(tmp_path))
