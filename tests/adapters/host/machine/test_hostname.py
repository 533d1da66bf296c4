"""What a machine is called: one word that is easy to type."""

from __future__ import annotations

import os

import pytest

from mcp_server.adapters.host.machine.hostname import hostname


@pytest.mark.parametrize(
    ("nodename", "called"),
    [("build-2.example.org", "build-2"), ("Annas-MacBook-Pro.local", "annas-macbook-pro"), ("büro_3", "buro-3")]
    + [("", "host"), ("例え", "host"), ("x" * 60, "x" * 24), ("-a--b-", "a-b")],
)
def test_the_first_part_of_the_machines_name_becomes_one_word_in_small_letters(nodename: str, called: str) -> None:
    assert hostname({}, nodename) == called


def test_a_variable_says_what_it_is_called_instead() -> None:
    assert hostname({"INTERLOCK_HOST": "Laptop"}, "ip-10-0-0-7") == "laptop"
    assert hostname({"INTERLOCK_HOST": "the big one @home"}, "ip-10-0-0-7") == "the-big-one-home"
    assert hostname({"INTERLOCK_HOST": " "}, "ip-10-0-0-7") == "ip-10-0-0-7"


def test_without_either_it_is_what_the_system_says() -> None:
    assert hostname({}) == hostname({}, os.uname().nodename)
