"""Bash text as a syntax tree: loads tree-sitter, as cheaply as the interpreter allows, and parses."""

import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    from types import ModuleType
    from typing import Any

    from tree_sitter import Node, Parser

_MISREAD = ("<<", "[ ", "<>", "coproc", "}>", "}<", "?(", "*(", "+(", "@(", "!(")
BINDINGS = ("tree_sitter", "tree_sitter_bash")


class GrammarMissing(Exception):
    """tree-sitter or its Bash grammar can't be loaded, so no command can be read."""


class _Placeholder:
    """Stands in for `re` and `enum`, which the binding imports and parsing does not need."""

    compile = None

    class IntEnum:
        """Stands in for the class of a log type."""

        def __init__(self, *_: object) -> None:
            pass


_parsers: list["Parser"] = []


def load(site_packages: str | None) -> None:
    """Prepare `parse`; raises GrammarMissing if it can't. `site_packages` has the libraries, None: the import path."""
    if _parsers:
        return
    _parsers.append(_lightly(site_packages) or _plainly(site_packages))


def parse(text: str) -> "Node":
    """The root of the tree of `text`."""
    load(None)
    return _parsers[0].parse(text.encode("utf-8", "surrogatepass")).root_node


def seems_misread(text: str) -> bool:
    """Whether `text` may contain something that the grammar silently misreads."""
    return any(sign in text for sign in _MISREAD)


def text_of(node: "Node") -> str:
    """The text that `node` covers."""
    return (node.text or b"").decode("utf-8", "surrogatepass")


def _lightly(site_packages: str | None) -> "Parser | None":
    # The package's own __init__ brings `typing`, and its C part `re` and `enum`, for nothing that is needed here: six
    # milliseconds on every command.
    if site_packages is None or not {"re", "enum", *BINDINGS}.isdisjoint(sys.modules):
        return None
    module: type[ModuleType] = type(sys)
    for name in BINDINGS:
        package = module(name)
        package.__path__ = [f"{site_packages}/{name}"]
        sys.modules[name] = package
    placeholder: Any = _Placeholder
    sys.modules["re"] = sys.modules["enum"] = placeholder
    try:
        from tree_sitter._binding import Language  # type: ignore[import-not-found]
        from tree_sitter._binding import Parser as Made
        from tree_sitter_bash._binding import language  # type: ignore[import-not-found]

        parser: Parser = Made(Language(language()))
        return parser
    except Exception:  # noqa: BLE001  whatever it misses, the ordinary way brings it or says what is wrong
        return None
    finally:
        for name in ("re", "enum", *(name for name in sys.modules if name.startswith(BINDINGS))):
            sys.modules.pop(name, None)


def _plainly(site_packages: str | None) -> "Parser":
    if site_packages is not None and site_packages not in sys.path:
        sys.path.append(site_packages)
    try:
        import tree_sitter_bash
        from tree_sitter import Language, Parser

        parser: Parser = Parser(Language(tree_sitter_bash.language()))
        return parser
    except Exception as error:
        raise GrammarMissing(f"the Bash grammar can't be loaded: {error}") from error
