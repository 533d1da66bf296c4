"""Which commits were made in a scope since a moment: asked of git, within bounds. On the way of a hook."""

from __future__ import annotations

import subprocess

from mcp_server.domain.scopes import scope as scopes

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

SECONDS = 1.5
MOST = 10


def since(root: str, moment: float, patterns: Sequence[str]) -> list[str]:
    """The commits on this worktree's branch that changed a path of the scope after `moment`, newest first; none where
    git can't tell.
    """
    scope = scopes.parse(patterns)
    if not scope.alternatives:
        return []
    paths = [f":(glob,top){pattern}" for pattern in scope.alternatives]
    paths += [f":(exclude,glob,top){pattern}" for pattern in scope.exclusions]
    command = [
        "git",
        "--no-optional-locks",
        "-C",
        root,
        "log",
        f"--since=@{int(moment)}",
        f"--max-count={MOST}",
        "--format=%h %s",
        "--",
        *paths,
    ]
    try:
        done = subprocess.run(command, capture_output=True, timeout=SECONDS, check=False)
    except (OSError, subprocess.TimeoutExpired):
        return []
    return done.stdout.decode("utf-8", "replace").splitlines() if done.returncode == 0 else []
