"""The environment of what a timer starts: where its programs are, and whose configuration they use."""

from __future__ import annotations

import os
from collections.abc import Mapping
from shutil import which

NEEDED = ("claude", "git", "python3", "node", "uv", "tmux")
USUAL = ("/usr/local/bin", "/usr/bin", "/bin")
KEPT = ("CLAUDE_CONFIG_DIR", "INTERLOCK_PYTHON")


def variables_of(environment: Mapping[str, str]) -> dict[str, str]:
    """A PATH on which all the programs are that are on this one, and the names of folders; no secret is among them."""
    path = environment.get("PATH")
    found = [os.path.dirname(os.path.abspath(file)) for name in NEEDED if (file := which(name, path=path))]
    folders = [folder for folder in dict.fromkeys([*found, *USUAL]) if ":" not in folder]
    kept = {name: environment[name] for name in KEPT if environment.get(name)}
    return {"PATH": ":".join(folders), **kept}


def secrets_of(environment: Mapping[str, str]) -> list[str]:
    """The variables of this shell by which the client signs in, and which a timer will not have."""
    return [
        name
        for name in ("ANTHROPIC_API_KEY", "ANTHROPIC_AUTH_TOKEN", "CLAUDE_CODE_OAUTH_TOKEN")
        if environment.get(name)
    ]
