"""Agents' names with the host that they work on."""

from __future__ import annotations

import pytest

from mcp_server.domain.machines.names import at_host, host_of, without_host


@pytest.mark.parametrize(
    ("name", "host", "whole"),
    [("ben", "build-2", "ben@build-2"), ("ben/explore-1", "build-2", "ben@build-2/explore-1"), ("ben", None, "ben")]
    + [("ben@a", "build-2", "ben@a"), ("ben@a/explore-1", "build-2", "ben@a/explore-1")],
)
def test_a_name_gets_the_host_once_and_before_the_subagents_part(name: str, host: str | None, whole: str) -> None:
    assert at_host(name, host) == whole


@pytest.mark.parametrize(
    ("name", "host", "short"),
    [("ben@build-2", "build-2", "ben"), ("ben@build-2/explore-1", "build-2", "ben/explore-1"), ("ben", None, "ben")]
    + [("ben/explore-1", None, "ben/explore-1")],
)
def test_the_host_is_found_in_a_name_and_may_be_left_out(name: str, host: str | None, short: str) -> None:
    assert host_of(name) == host
    assert without_host(name) == short
