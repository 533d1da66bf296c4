"""Evaluates arithmetic expressions and sets their variables; None for a value that can't be known."""

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Protocol

    class Names(Protocol):
        """Where variables are read and set."""

        def number(self, name: str) -> "int | None":
            """The numeric value of a variable, None when it can't be known."""

        def set_number(self, name: str, value: "int | None") -> None:
            """Set a variable."""


_BINARY = [level.split() for level in ("||", "&&", "|", "^", "&", "== !=", "<= >= < >", "<< >>", "+ -", "* / %", "**")]
_ASSIGNING = frozenset("= += -= *= /= %= <<= >>= &= |= ^=".split())
_SIGNS = sorted(
    {sign for level in _BINARY for sign in level} | _ASSIGNING | set("++ -- ? : , ( ) ! ~".split()), key=len
)[::-1]
MOST_BITS = 64
MOST_DEPTH = 60


def value(text: str, names: "Names") -> int | None:
    """The value of `text`, whose variables may or may not be expanded yet."""
    try:
        return _Expression(_split(text), names).whole()
    except (ValueError, IndexError, ZeroDivisionError, OverflowError):
        return None


def _split(text: str) -> list[str]:
    found, at = [], 0
    while at < len(text):
        if text[at].isspace() or text[at] == '"':
            at += 1
            continue
        end = at
        while end < len(text) and (text[end].isalnum() or text[end] in "_#@$"):
            end += 1
        if end == at:
            sign = next((sign for sign in _SIGNS if text.startswith(sign, at)), "")
            if not sign:
                raise ValueError(text)
            end = at + len(sign)
        found.append(text[at:end])
        at = end
    return found


class _Expression:
    """A list of tokens, read by precedence."""

    def __init__(self, tokens: list[str], names: "Names") -> None:
        self._tokens = tokens
        self._names = names
        self._at = 0
        self._depth = 0

    def whole(self) -> int | None:
        result: int | None = 0 if not self._tokens else self._assignment()
        while self._took(","):
            result = self._assignment()
        if self._at < len(self._tokens):
            raise ValueError
        return result

    def _peek(self) -> str:
        return self._tokens[self._at] if self._at < len(self._tokens) else ""

    def _took(self, sign: str) -> bool:
        if self._peek() != sign:
            return False
        self._at += 1
        return True

    def _assignment(self) -> int | None:
        self._depth += 1
        if self._depth > MOST_DEPTH:
            raise ValueError
        following = self._tokens[self._at + 1] if self._at + 1 < len(self._tokens) else ""
        if following in _ASSIGNING and self._peek().isidentifier():
            name = self._peek()
            self._at += 2
            right = self._assignment()
            result = right if following == "=" else _apply(following[:-1], self._names.number(name), right)
            self._names.set_number(name, result)
        else:
            result = self._ternary()
        self._depth -= 1
        return result

    def _ternary(self) -> int | None:
        condition = self._level(0)
        if not self._took("?"):
            return condition
        one = self._assignment()
        if not self._took(":"):
            raise ValueError
        other = self._assignment()
        return None if condition is None else one if condition else other

    def _level(self, level: int) -> int | None:
        if level == len(_BINARY):
            return self._unary()
        left = self._level(level + 1)
        if self._peek() == "**" and "**" in _BINARY[level]:
            self._at += 1
            return _apply("**", left, self._level(level))
        while self._peek() in _BINARY[level]:
            sign = self._peek()
            self._at += 1
            left = _apply(sign, left, self._level(level + 1))
        return left

    def _unary(self) -> int | None:
        sign = self._peek()
        if sign in ("-", "+", "!", "~"):
            self._at += 1
            operand = self._unary()
            return (
                None if operand is None else {"-": -operand, "+": operand, "!": int(not operand), "~": ~operand}[sign]
            )
        if sign in ("++", "--"):
            self._at += 1
            return self._step(self._tokens[self._at], sign, before=True)
        if self._took("("):
            result = self._assignment()
            if not self._took(")"):
                raise ValueError
            return result
        return self._operand()

    def _operand(self) -> int | None:
        token = self._tokens[self._at]
        if self._at + 1 < len(self._tokens) and self._tokens[self._at + 1] in ("++", "--"):
            return self._step(token, self._tokens[self._at + 1], before=False)
        self._at += 1
        return self._names.number(token) if token.isidentifier() else _number(token)

    def _step(self, name: str, sign: str, *, before: bool) -> int | None:
        self._at += 1 if before else 2
        old = self._names.number(name)
        new = None if old is None else old + (1 if sign == "++" else -1)
        self._names.set_number(name, new)
        return new if before else old


def _number(token: str) -> int:
    if "#" in token:
        base, _, digits = token.partition("#")
        return int(digits, int(base))
    if token.lower().startswith("0x"):
        return int(token, 16)
    return int(token, 8) if len(token) > 1 and token.startswith("0") else int(token)


def _apply(sign: str, left: int | None, right: int | None) -> int | None:
    if left is None or right is None:
        return None
    result = _calculated(sign, left, right)
    return result if result.bit_length() <= MOST_BITS else None


def _calculated(sign: str, left: int, right: int) -> int:
    if sign in ("/", "%"):
        quotient = abs(left) // abs(right) * (1 if (left < 0) == (right < 0) else -1)
        return quotient if sign == "/" else left - quotient * right
    if sign in ("<<", ">>", "**") and not 0 <= right <= MOST_BITS:
        raise OverflowError
    operations: dict[str, Callable[[int, int], int]] = {
        **{"+": int.__add__, "-": int.__sub__, "*": int.__mul__, "**": int.__pow__, "<<": int.__lshift__},
        **{">>": int.__rshift__, "&": int.__and__, "|": int.__or__, "^": int.__xor__, "<": int.__lt__},
        **{">": int.__gt__, "<=": int.__le__, ">=": int.__ge__, "==": int.__eq__, "!=": int.__ne__},
        "&&": lambda one, other: bool(one) and bool(other),
        "||": lambda one, other: bool(one) or bool(other),
    }
    return int(operations[sign](left, right))
