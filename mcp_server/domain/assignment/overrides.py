"""What decides about the model of a subagent before anything else: variables of the client's environment.

Observed: on 2.1.197 `CLAUDE_CODE_SUBAGENT_MODEL` wins over everything; on 2.1.332 it is only a default, unless
`CLAUDE_CODE_SUBAGENT_MODEL_FORCE` is set, and `CLAUDE_CODE_WORKFLOW_SUBAGENT_MODEL` wins for agents of a workflow.
Of the versions between nothing is known, so what may win there is said.
"""

from __future__ import annotations

import re

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping

ALL, FORCED, OF_WORKFLOWS = (
    "CLAUDE_CODE_SUBAGENT_MODEL",
    "CLAUDE_CODE_SUBAGENT_MODEL_FORCE",
    "CLAUDE_CODE_WORKFLOW_SUBAGENT_MODEL",
)
_ONLY_A_DEFAULT_SINCE = (2, 1, 332)
_OFF = ("", "0", "false", "no", "off")


def overriding(environment: Mapping[str, str], *, of_workflow: bool = False) -> str | None:
    """The variable that chooses the model of agents whatever Interlock sets, as NAME=VALUE, or None."""
    if of_workflow and environment.get(OF_WORKFLOWS):
        return f"{OF_WORKFLOWS}={environment[OF_WORKFLOWS]}"
    model = environment.get(ALL)
    if not model or not (is_switched_on(environment, FORCED) or _overrides_by_itself(environment)):
        return None
    return f"{ALL}={model}"


def is_switched_on(environment: Mapping[str, str], name: str) -> bool:
    """Whether a variable of the client that switches something has a value which does."""
    return environment.get(name, "").lower() not in _OFF


def _overrides_by_itself(environment: Mapping[str, str]) -> bool:
    """Whether the client is one that lets the variable win; not where its version is unknown."""
    version = re.match(r"claude-code_(\d+)-(\d+)-(\d+)", environment.get("AI_AGENT", ""))
    return version is not None and tuple(map(int, version.groups())) < _ONLY_A_DEFAULT_SINCE
