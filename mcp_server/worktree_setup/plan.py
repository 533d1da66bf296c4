"""Which steps set up a checkout, in order."""

from __future__ import annotations

from mcp_server.domain.settings import WorktreeSettings
from mcp_server.domain.setup_step import Step, run
from mcp_server.worktree_setup import node, python, ruby, submodules
from mcp_server.worktree_setup.folder import Folder

INCLUDE = ".worktreeinclude"


def plan(source: Folder | None, new: Folder, wanted: WorktreeSettings) -> list[Step]:
    """The steps for a new checkout; without a `source` there is nothing to copy, link or clone from."""
    steps = submodules.steps(source, new)
    if source is not None:
        if wanted.copy or source.is_file(INCLUDE) or new.is_file(INCLUDE):
            steps.append(Step("copy", "copy", paths=wanted.copy))
        steps += [Step(f"link {path}", "link", paths=(path,)) for path in wanted.link]
    if wanted.setup is not None:
        return steps + [run("sh", "-c", command, name=command) for command in wanted.setup]
    for tool in (node, python, ruby):
        steps += [step for step in tool.steps(source, new) if not _is_linked(step, wanted.link)]
    return steps + node.scripts(source, new)


def _is_linked(step: Step, links: tuple[str, ...]) -> bool:
    """Whether the settings link what the step would make to the source's."""
    return any(path in links for path in step.paths)
