"""Has every agent of a script started with the model and the role of the task that its prompt names.

A prompt is often put together while the script runs, so what it names is looked up then: each use of the client's
function `agent` becomes one of a function that is added at the end, and calls it with the options of the task. An agent
that the script itself starts in a role stays in that: the guard keeps it to its task's too.
"""

from __future__ import annotations

import json

from mcp_server.domain.assignment.mentions import ENDS, LONGEST, NAMED, WORD
from mcp_server.domain.assignment.roles import PLUGIN
from mcp_server.workflow_script.grammar import parse

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from tree_sitter import Node

AGENT = b"agent"
_NAME = "agentOfTask"
_ADDED = """
function %(name)s(prompt, options) {
  const routes = %(routes)s
  const text = [options && options.label, prompt].map(part => String(part || '').slice(0, %(longest)d)).join('\\n')
  const named = [...text.matchAll(/%(named)s/gi)].map(found => found[1])
  const words = (text.match(/%(word)s/g) || []).filter(word => /\\d/.test(word))
  const trimmed = word => word.replace(/^[%(ends)s]+|[%(ends)s]+$/g, '')
  const id = [...named, ...words].flatMap(word => [word, trimmed(word)]).find(word => Object.hasOwn(routes, word))
  if (id === undefined) return agent(prompt, options)
  const kind = options && options.agentType
  const chosen = String(kind || '').startsWith('%(plugin)s') ? {agentType: kind} : {}
  return agent(prompt, {...options, ...routes[id], ...chosen})
}
"""


class Unreadable(ValueError):
    """A script that is no JavaScript; `line` is where it stops being it, from 1."""

    def __init__(self, line: int) -> None:
        super().__init__(f"the script can't be read from line {line} on")
        self.line = line


def rewrite(script: str, routes: Mapping[str, Mapping[str, str]], site_packages: str | None = None) -> str:
    """The script with each task's options for the agents whose label or prompt names it; the same if it starts none.

    Refuses (Unreadable) what is no JavaScript, and (GrammarMissing) to where no script can be read.
    """
    text = script.encode("utf-8", "surrogatepass")
    root = parse(text, site_packages)
    if root.has_error:
        raise Unreadable(_first_error(root).start_point[0] + 1)
    uses = list(_uses(root))
    if not uses:
        return script
    name = _free_name(script)
    for node in reversed(uses):
        ours = f"agent: {name}" if node.type == "shorthand_property_identifier" else name
        text = text[: node.start_byte] + ours.encode() + text[node.end_byte :]
    return text.decode("utf-8", "surrogatepass").rstrip("\n") + "\n" + _function(name, routes)


def _uses(root: Node) -> Iterator[Node]:
    """Each use of the name `agent` as a variable, in order; a property or a label of that name is something else."""
    left = [root]
    while left:
        node = left.pop()
        if node.type in ("identifier", "shorthand_property_identifier") and node.text == AGENT:
            yield node
        left.extend(reversed(node.children))


def _first_error(root: Node) -> Node:
    node = root
    while not (node.is_error or node.is_missing):
        broken = next((child for child in node.children if child.has_error or child.is_missing), None)
        if broken is None:
            break
        node = broken
    return node


def _free_name(script: str) -> str:
    name = _NAME
    while name in script:
        name += "_"
    return name


def _function(name: str, routes: Mapping[str, Mapping[str, str]]) -> str:
    return _ADDED % {
        "name": name,
        "plugin": PLUGIN,
        "routes": json.dumps(routes, sort_keys=True),
        "longest": LONGEST,
        "named": NAMED.replace("/", "\\/"),
        "word": WORD.replace("/", "\\/"),
        "ends": ENDS,
    }
