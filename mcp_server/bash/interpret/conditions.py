"""Does a test hold? Only what texts and numbers decide is answered; what the disk decides is an open question."""

from mcp_server.bash.expand import globs, words
from mcp_server.bash.parse.grammar import text_of
from mcp_server.bash.unknown import is_known

TYPE_CHECKING = False
if TYPE_CHECKING:
    from tree_sitter import Node

    from mcp_server.bash.interpret.shell import Shell

_NUMERIC = {
    "-eq": int.__eq__,
    "-ne": int.__ne__,
    "-lt": int.__lt__,
    "-le": int.__le__,
    "-gt": int.__gt__,
    "-ge": int.__ge__,
}
_BINARY = frozenset(["=", "==", "!=", "<", ">", "-nt", "-ot", "-ef", "=~", *_NUMERIC])


def of_arguments(arguments: list[str]) -> bool | None:
    """What `test` with these arguments says, None for an open question."""
    if not arguments:
        return False
    for sign, decides in (("-o", True), ("-a", False)):
        if sign in arguments[1:-1] and len(arguments) > 3:
            at = arguments.index(sign, 1)
            return _either(of_arguments(arguments[:at]), of_arguments(arguments[at + 1 :]), decides=decides)
    if arguments[0] == "!" and len(arguments) > 1:
        return _not(of_arguments(arguments[1:]))
    if arguments[0] == "(" and arguments[-1] == ")":
        return of_arguments(arguments[1:-1])
    if len(arguments) == 1:
        return bool(arguments[0]) if is_known(arguments[0]) else None
    if len(arguments) == 2:
        return _unary(arguments[0], arguments[1])
    return _compared(arguments[0], arguments[1], arguments[2]) if len(arguments) == 3 else None


def holds(shell: "Shell", node: "Node") -> bool | None:
    """What a `[[ ... ]]` says, None for an open question; substitutions in it are run."""
    if node.type in ("binary_expression",) and len(node.children) >= 3:
        return _binary(shell, node)
    if node.type == "unary_expression":
        sign = text_of(node.children[0])
        if sign == "!":
            return _not(holds(shell, node.children[-1]))
        return _unary(sign, words.single(shell, text_of(node.children[-1])))
    inner = [child for child in node.children if child.is_named]
    if node.type in ("test_command", "parenthesized_expression"):
        return holds(shell, inner[0]) if len(inner) == 1 else None
    value = words.single(shell, text_of(node))
    return bool(value) if is_known(value) else None


def any_fits(shell: "Shell", patterns: list[str], value: str) -> bool | None:
    """Whether one of the patterns of a `case` matches, None for an open question."""
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
        return one if one is decides else _either(one, holds(shell, right), decides=decides)
    value = words.single(shell, text_of(left))
    if sign in ("=", "==", "!="):
        fits = any_fits(shell, [text_of(right)], value)
        return _not(fits) if sign == "!=" else fits
    return _compared(value, sign, words.single(shell, text_of(right)))


def _unary(sign: str, value: str) -> bool | None:
    if sign in ("-n", "-z") and is_known(value):
        return bool(value) is (sign == "-n")
    return None


def _compared(left: str, sign: str, right: str) -> bool | None:
    if sign not in _BINARY or not is_known(left) or not is_known(right):
        return None
    if sign in ("=", "==", "!="):
        return (left == right) is (sign != "!=")
    if sign in _NUMERIC and left.lstrip("-").isdigit() and right.lstrip("-").isdigit():
        return bool(_NUMERIC[sign](int(left), int(right)))
    return None


def _either(one: bool | None, other: bool | None, *, decides: bool) -> bool | None:
    if one is decides or other is decides:
        return decides
    return None if one is None or other is None else not decides


def _not(answer: bool | None) -> bool | None:
    return None if answer is None else not answer
