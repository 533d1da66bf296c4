"""Results of `test` and `[` that depend on texts and numbers only; None for what depends on the disk."""

from mcp_server.bash.unknown import is_known

_NUMERIC = {"-eq": int.__eq__, "-ne": int.__ne__, "-lt": int.__lt__}
_NUMERIC |= {"-le": int.__le__, "-gt": int.__gt__, "-ge": int.__ge__}
_BINARY = frozenset(["=", "==", "!=", "<", ">", "-nt", "-ot", "-ef", "=~", *_NUMERIC])


def of_arguments(arguments: list[str]) -> bool | None:
    """The result of `test` with these arguments, None if it can't be known."""
    if not arguments:
        return False
    for sign, decides in (("-o", True), ("-a", False)):
        if sign in arguments[1:-1] and len(arguments) > 3:
            at = arguments.index(sign, 1)
            return either(of_arguments(arguments[:at]), of_arguments(arguments[at + 1 :]), decides=decides)
    if arguments[0] == "!" and len(arguments) > 1:
        return negated(of_arguments(arguments[1:]))
    if arguments[0] == "(" and arguments[-1] == ")":
        return of_arguments(arguments[1:-1])
    if len(arguments) == 1:
        return bool(arguments[0]) if is_known(arguments[0]) else None
    if len(arguments) == 2:
        return unary(arguments[0], arguments[1])
    return compared(arguments[0], arguments[1], arguments[2]) if len(arguments) == 3 else None


def unary(sign: str, value: str) -> bool | None:
    """The result of `-n` and `-z`; other operators depend on the disk."""
    if sign in ("-n", "-z") and is_known(value):
        return bool(value) is (sign == "-n")
    return None


def compared(left: str, sign: str, right: str) -> bool | None:
    """The result of an operator between two texts."""
    if sign not in _BINARY or not is_known(left) or not is_known(right):
        return None
    if sign in ("=", "==", "!="):
        return (left == right) is (sign != "!=")
    if sign in _NUMERIC and left.lstrip("-").isdigit() and right.lstrip("-").isdigit():
        return bool(_NUMERIC[sign](int(left), int(right)))
    return None


def either(one: bool | None, other: bool | None, *, decides: bool) -> bool | None:
    """The result of `-o` (`decides` True) or `-a` (False) between two results."""
    if one is decides or other is decides:
        return decides
    return None if one is None or other is None else not decides


def negated(answer: bool | None) -> bool | None:
    """The opposite; None stays None."""
    return None if answer is None else not answer
