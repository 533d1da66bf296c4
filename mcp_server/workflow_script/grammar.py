"""JavaScript as a syntax tree."""

from __future__ import annotations

import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    from tree_sitter import Node


class GrammarMissing(Exception):
    """tree-sitter or its grammar for JavaScript can't be loaded, so no script can be read."""


def parse(script: bytes, site_packages: str | None = None) -> Node:
    """The root of the tree of a script; refuses (GrammarMissing) to where the libraries are missing.

    `site_packages` is where they are, None: on the import path.
    """
    if site_packages is not None and site_packages not in sys.path:
        sys.path.append(site_packages)
    try:
        import tree_sitter_javascript
        from tree_sitter import Language, Parser

        return Parser(Language(tree_sitter_javascript.language())).parse(script).root_node
    except Exception as error:
        raise GrammarMissing(f"the grammar for JavaScript can't be loaded: {error}") from error
