"""The patterns that meet one of many, found all at once, are those that a search of each pair finds."""

from hypothesis import given, settings
from hypothesis import strategies as st

from mcp_server.domain.scopes import scope
from mcp_server.domain.scopes.alphabet import Alphabet
from mcp_server.domain.scopes.automaton import Machine, Row
from mcp_server.domain.scopes.overlap import overlap

_segments = st.text("ab?*", min_size=1, max_size=3).filter(lambda text: "**" not in text)
_patterns = st.builds(
    "{}{}".format, st.lists(_segments | st.just("**"), min_size=1, max_size=4).map("/".join), st.sampled_from(["", "/"])
)


@settings(max_examples=300)
@given(_patterns, st.lists(_patterns, min_size=1, max_size=5))
def test_a_machine_names_just_the_rows_that_overlap(one: str, others: list[str]) -> None:
    ours, *theirs = (scope.parse([text]) for text in [one, *others])
    row, *rows = (Row(found.alternatives[0]) for found in [ours, *theirs])
    machine = Machine(rows, Alphabet(move for each in [row, *rows] for move in each.moves))
    expected = [number for number, their in enumerate(theirs) if overlap(ours, their) is not None]
    assert sorted(set(machine.meeting(row))) == expected
