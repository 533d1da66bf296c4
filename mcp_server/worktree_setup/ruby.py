"""Dependencies of Ruby: bundler installs them, and shares what is not below the project by itself."""

from __future__ import annotations

from mcp_server.domain.setup_step import Step, run
from mcp_server.worktree_setup.folder import Folder, parent, under

LOCK = "Gemfile.lock"
CONFIGURED = (".bundle", "vendor/bundle")


def steps(source: Folder | None, new: Folder) -> list[Step]:
    """A step for the Gemfile at the root, and for others where the source has been set up."""
    folders = [parent(lock) for lock in new.tracked((LOCK,))]
    return [
        run("bundle", "install", "--quiet", folder=folder)
        for folder in sorted(folders)
        if not folder or (source is not None and any(source.is_folder(under(folder, name)) for name in CONFIGURED))
    ]
