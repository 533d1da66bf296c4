"""The result of `[[ … ]]` and of the patterns of `case`; None where it depends on the disk or on unknown text."""

from mcp_server.bash.expand import globs, words
from mcp_server.bash.expand.comparisons import compared, either, negated, unary
from mcp_server.bash.parse.grammar import text_of
from mcp_server.bash.unknown import is_known

TYPE_CHECKING = False
if TYPE_CHECKING:
    from tree_sitter import Node

    from mcp_server.bash.state.shell import Shell


def holds(shell: "Shell", node: "Node") -> bool | None:
    """The result of `[[ … ]]`, None if it can't be known; substitutions in it are run."""
    if node.type in ("binary_expression",) and len(node.children) >= 3:
        return _binary(shell, node)
    if node.type == "unary_expression":
        sign = text_of(node.children[0])
        if sign == "!":
            return negated(holds(shell, node.children[-1]))
        return unary(sign, words.single(shell, text_of(node.children[-1])))
    inner = [child for child in node.children if child.is_named]
    if node.type in ("test_command", "parenthesized_expression"):
        return holds(shell, inner[0]) if len(inner) == 1 else None
    value = words.single(shell, text_of(node))
    return bool(value) if is_known(value) else None


def any_fits(shell: "Shell", patterns: list[str], value: str) -> bool | None:
    """Whether one of the patterns of a `case` matches, None if that can't be known."""
    if not is_known(value):
        return True if patterns == ["*"] else None
    answer: bool | None = False
    for text in patterns:
        pattern = words.pattern(shell, text)
        if not is_known(pattern):
            answer = None
        elif globs.matches(pattern, value):
            return True
    return answer


def _binary(shell: "Shell", node: "Node") -> bool | None:
    left, sign, right = node.children[0], text_of(node.children[1]), node.children[-1]
    if sign in ("&&", "||"):
        one = holds(shell, left)
        decides = sign == "||"
        return one if one is decides else either(one, holds(shell, right), decides=decides)
    value = words.single(shell, text_of(left))
    if sign in ("=", "==", "!="):
        fits = any_fits(shell, [text_of(right)], value)
        return negated(fits) if sign == "!=" else fits
    return compared(value, sign, words.single(shell, text_of(right)))
