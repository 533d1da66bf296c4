"""The profile for macOS grants the same as elsewhere the kernel. It is compared as text: nothing here runs it."""

from __future__ import annotations

import pytest

from mcp_server.sandbox.macos_profile import command, profile
from mcp_server.sandbox.rights import Grant


def test_only_writing_outside_the_grants_is_forbidden() -> None:
    text = profile([Grant("/r/src/auth"), Grant("/dev", "file"), Grant("/r", "empty")])

    assert text.splitlines() == [
        "(version 1)",
        "(allow default)",
        "(deny file-write*)",
        '(allow file-write* (subpath "/r/src/auth"))',
        '(allow file-write-data (subpath "/dev"))',
    ]


def test_a_path_cannot_end_its_own_quotes() -> None:
    assert '(subpath "/r/a\\"b\\\\c"))' in profile([Grant('/r/a"b\\c')])
    with pytest.raises(ValueError, match="no way to write"):
        profile([Grant("/r/a\nb")])


def test_the_command_is_run_as_it_is() -> None:
    assert command([], ["/bin/bash", "-c", "x"])[-3:] == ["/bin/bash", "-c", "x"]
