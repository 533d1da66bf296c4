"""Which places are temporary, and which one a command gets if they cannot be granted."""

from __future__ import annotations

from pathlib import Path

import pytest

from mcp_server.sandbox import temporary


def test_the_environment_is_asked_first_and_only_for_absolute_places() -> None:
    found = temporary.folders({"TMPDIR": "/x", "TMP": "relative", "CLAUDE_CODE_TMPDIR": "/c", "HOME": "/h"})

    assert found == ["/x", "/c", *temporary.SHARED]
    assert temporary.usual({"TMPDIR": "/x"}) == "/x"
    assert temporary.usual({}) == temporary.SHARED[0]


def test_the_private_directory_is_created_once_and_only_for_the_user(tmp_path: Path) -> None:
    first, second = temporary.own(str(tmp_path)), temporary.own(str(tmp_path))

    assert first == second
    assert Path(first).stat().st_mode & 0o777 == 0o700


@pytest.mark.parametrize("kind", ["link", "file"])
def test_a_directory_of_another_user_is_refused(tmp_path: Path, kind: str) -> None:
    place = Path(temporary.own(str(tmp_path)))
    place.rmdir()
    if kind == "link":
        place.symlink_to(tmp_path)
    else:
        place.touch()

    with pytest.raises(FileExistsError):
        temporary.own(str(tmp_path))
