"""Can Bash commands be read before they run, and confined while they run?"""

from __future__ import annotations

from mcp_server.adapters.host.repository import Repository
from mcp_server.adapters.settings.settings_file import settings_in_force
from mcp_server.bootstrap import check
from mcp_server.doctor.finding import Finding
from mcp_server.doctor.installation import Copy
from mcp_server.doctor.machine import last_line, run
from mcp_server.sandbox import landlock
from mcp_server.sandbox.supervisor import shell

READ = """
import sys
sys.path.insert(0, sys.argv[1])
from mcp_server.bash.parse import grammar
grammar.load(f"{sys.argv[2]}/lib/python{sys.version_info[0]}.{sys.version_info[1]}/site-packages")
print(grammar.parse("echo > x").type)
"""


def reading(copy: Copy, repository: Repository) -> Finding:
    """Check the grammar, loaded as a hook loads it: by the hooks' Python, from the environment."""
    what = "Bash, before"
    if settings_in_force(repository.settings, repository.state).bash == "off":
        return Finding(
            what, "warning", 'commands are not checked: the settings have bash = "off"', "Remove that setting."
        )
    environment = check.ready_env(str(copy.root), str(copy.data))
    if environment is None:
        return Finding(what, "warning", "commands can't be read until the environment is ready", "See `environment`.")
    python = (copy.notes / "python").read_text(encoding="utf-8").splitlines()[0]
    asked = run(python, "-I", "-S", "-c", READ, str(copy.root), environment)
    if asked.stdout.strip() != "program":
        words = f"the grammar can't be loaded, so commands run unchecked: {last_line(asked.stderr)}"
        anew = f"Rebuild the environment: rm -r {environment} && {copy.root}/bin/interlock --version"
        return Finding(what, "broken", words, anew)
    return Finding(what, "ok", "commands are read before they run")


def confining(repository: Repository) -> Finding:
    """Check that the kernel can confine commands."""
    what = "Bash, meanwhile"
    if settings_in_force(repository.settings, repository.state).bash != "confine":
        return Finding(what, "ok", "commands are not confined while they run, because of the settings")
    if not landlock.can_confine():
        words = "this kernel has no Landlock: commands are read before they run and checked afterwards, not confined"
        return Finding(what, "warning", words, "Linux 5.19 or newer has it, unless it is switched off.")
    if not shell.can_supervise():
        words = "the kernel confines commands, but lets nobody decide about what does not exist yet (no seccomp)"
        return Finding(
            what,
            "warning",
            f"{words}: some files that git ignores may be refused, and scopes with wildcards are widened to folders",
            "Linux 5.19 or newer allows it, unless a container or another sandbox already uses it.",
        )
    return Finding(what, "ok", f"the kernel confines commands to their scope (Landlock {landlock.abi()}, seccomp)")
