"""Every program that is known is read without an error, whatever its arguments are."""

from __future__ import annotations

from importlib import import_module

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mcp_server.bash.programs import index, tables
from tests.bash.reads import Reads

TABLES = (import_module(f"{tables.__name__}.{module}").PROGRAMS for module in tables._MODULES)
PROGRAMS = sorted(
    {*index._HOMES, *index.READERS, *(name for table in TABLES for names in table for name in names.split())}
)
WORDS = """
    install add remove update run build test fmt format check init version lock sync exec mod tidy get pub new generate
    --help -h -v -o --output --fix --write -w -i -p -c -f -n -D -r -C -1 -- - --dry-run --package=auth
    --config --out-dir=d
    x y . ./... docs docs/api.md src/auth README.md **/*.py {a,b} a=b @x "" $X $(date) ^ % + !
""".split()


@settings(max_examples=600, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(st.sampled_from(PROGRAMS), st.lists(st.sampled_from(WORDS), max_size=6))
def test_any_arguments_are_read_without_an_error(reads: Reads, name: str, words: list[str]) -> None:
    reading = reads(" ".join([name, *words]))
    assert not any("could not be read" in why for why in reading.why), reading.why
