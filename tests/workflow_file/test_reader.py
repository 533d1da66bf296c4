"""A workflow is read from its TOML, and what is wrong in it is named with its place."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mcp_server.domain.errors import Misuse
from mcp_server.domain.workflow.placeholders import escaped
from mcp_server.domain.workflow.workflow import Gate, Items, Limits, Parameter, Phase, Template, Workflow
from mcp_server.workflow_file.reader import read_workflow
from mcp_server.workflow_file.writer import written

ROOT = Path(__file__).resolve().parents[2]
PHASE = """[[phases]]
name = "one"
for_each = { list = ["a"] }
title = "Do {item}"
"""


def read(text: str) -> Workflow:
    return read_workflow("flow", text, "flow.toml")


def test_all_that_a_file_says_is_read() -> None:
    assert read("""
description = "What it is for"
[parameters]
files = "src/**"
check = { description = "the command" }
tries = 3
[limits]
tokens = 1_000_000
[[phases]]
name = "one"
for_each = { glob = ["{files}", "!src/gen/**"] }
optional = true
gate = { command = "{check}", review = true, minutes = 5 }
title = "Do {item}"
scope = "{item}"
tier = "haiku"
role = "writer"
done_when = '''
`{check}` passes
'''
budget = 5000
capabilities = ["docker"]
resources = ["port:{number}"]
priority = -2
[[phases]]
name = "two"
for_each = { phase = "one" }
[[phases.tasks]]
title = "First of {item.stem}"
[[phases.tasks]]
title = "Second"
""") == Workflow(
        "flow",
        "What it is for",
        (
            Phase(
                "one",
                (
                    Template(
                        "Do {item}",
                        ("{item}",),
                        "`{check}` passes",
                        "haiku",
                        "writer",
                        5000,
                        ("docker",),
                        ("port:{number}",),
                        -2,
                    ),
                ),
                Items("glob", ("{files}", "!src/gen/**")),
                Gate("{check}", review=True, minutes=5.0),
                optional=True,
            ),
            Phase("two", (Template("First of {item.stem}"), Template("Second")), Items("phase", ("one",))),
        ),
        (Parameter("files", "src/**"), Parameter("check", None, "the command"), Parameter("tries", "3")),
        Limits(tokens=1_000_000),
    )


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("phases = [", "flow.toml is not valid TOML: .*"),
        ("description = 'x'", "there is no phase"),
        ("phases = 3", r"phases must be written as sections \[\[phases\]\] \(line 1\)"),
        ("[[phases]]\ntitle = 'x'", "phase 1 needs a `name`"),
        ("[[phases]]\nname = 'Big Name'\ntitle = 'x'", "phase 1 needs a `name`.*not 'Big Name'"),
        ("[[phases]]\nname = 'one'", "phase 'one' needs a `title`"),
        (PHASE + PHASE, "phase 'one' is there twice"),
        ("descripton = 'x'\n" + PHASE, "descripton is not known here; do you mean `description`. .line 1."),
        (PHASE + "scopes = []", "phase 'one': scopes is not known here; do you mean `scope`. .line 5."),
        (PHASE + "zzz = 1", "phase 'one': zzz is not known here; there are name, for_each, tasks"),
        (PHASE + "scope = ['{itm}']", r"phase 'one' has the placeholder \{itm\}, which has no value there \(line 5\)"),
        ("[[phases]]\nname = 'one'\ntitle = 'Do {item}'", r"the placeholder \{item\}"),
        (PHASE + "gate = { command = 'make {item}' }", r"the placeholder \{item\}"),
        (PHASE + "gate = {}", "lets everything pass"),
        (PHASE + "gate = { comand = 'x' }", "comand is not known here; do you mean `command`"),
        (PHASE + "gate = { command = 'x', minutes = 0 }", "minutes must be a number of minutes"),
        (PHASE + "tier = 'gpt'", "tier must be one of haiku, sonnet, opus, local, not 'gpt'"),
        (PHASE + "budget = 0", "budget must be a whole number from 1"),
        (PHASE + "scope = [3]", "scope must be a list of texts"),
        (PHASE + "optional = 'yes'", "optional must be true or false"),
        (PHASE + "[[phases.tasks]]\ntitle = 'x'", r"title stands beside \[\[phases.tasks\]\]"),
        (PHASE.replace('["a"]', "[]"), "for_each: list is empty"),
        (PHASE.replace('list = ["a"]', ""), "for_each must have one of glob, folders"),
        (PHASE.replace('list = ["a"]', 'phase = "nine"'), "names 'nine'; earlier phases with items: none"),
        (PHASE.replace('{ list = ["a"] }', '"src"'), "for_each must be a table"),
        ("[parameters]\nitem = 'x'\n" + PHASE, "parameters: item can't be the name of a parameter"),
        ("[parameters]\na = ['x']\n" + PHASE, "parameters: a must be a text of one line"),
        ("[limits]\ntasks = 0\n" + PHASE, "limits: tasks must be a whole number from 1 to 10,000"),
        ("[limits]\nagents = 2\n" + PHASE, "limits: agents is not known here"),
    ],
)
def test_what_is_wrong_is_named_with_its_place(text: str, words: str) -> None:
    with pytest.raises(Misuse, match=words):
        read(text)


TEXTS = st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1, max_size=20).filter(str.strip)
LITERAL = TEXTS.map(escaped)
TEMPLATES = st.builds(
    Template,
    LITERAL,
    st.lists(LITERAL, max_size=2).map(tuple),
    st.none() | LITERAL.map(str.strip),
    st.sampled_from([None, "haiku", "local"]),
    st.none() | TEXTS,
    st.none() | st.integers(1, 10**6),
    st.lists(TEXTS, max_size=2).map(tuple),
    st.lists(LITERAL, max_size=2).map(tuple),
    st.integers(-5, 5),
)
ITEMS = st.builds(Items, st.sampled_from(["glob", "folders", "list"]), st.lists(LITERAL, min_size=1).map(tuple))
GATES = (
    st.builds(Gate, LITERAL, st.booleans(), st.sampled_from([60.0, 0.5])) | st.just(Gate()) | st.just(Gate(None, True))
)
PHASES = st.builds(
    Phase,
    st.sampled_from(["one", "two"]),
    st.lists(TEMPLATES, min_size=1, max_size=3).map(tuple),
    ITEMS | st.just(Items()),
    GATES,
    st.booleans(),
)


@given(st.lists(PHASES, min_size=1, max_size=2, unique_by=lambda phase: phase.name), TEXTS | st.just(""))
def test_what_is_written_is_read_as_the_same_workflow(phases: list[Phase], description: str) -> None:
    parameters = (Parameter("a", "x", "y"), Parameter("b", None, "needed"))
    workflow = Workflow("flow", description, tuple(phases), parameters, Limits(7, 8, 9))
    assert read(written(workflow)) == workflow


@pytest.mark.parametrize("name", ["audit", "codemod", "add-tests"])
def test_what_the_plugin_brings_is_a_workflow(name: str) -> None:
    text = (ROOT / "workflows" / f"{name}.toml").read_text(encoding="utf-8")
    assert read_workflow(name, text, name).description
