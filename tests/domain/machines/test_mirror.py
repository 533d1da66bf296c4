"""What a mirror says of its age, and of whose agent is whose."""

from __future__ import annotations

import pytest

from mcp_server.domain.machines.mirror import LONGEST_TROUBLE, MOST, OLD_AFTER, Mirror

AS_OF = 1_800_000_000.0  # 08:00 UTC on a Friday
HOUR = 3600.0


def mirror(trouble: str | None = None) -> Mirror:
    return Mirror(3, "laptop", AS_OF, 0.0, trouble)


def test_a_mirror_is_old_when_the_database_cannot_be_reached_or_was_not_looked_at_lately() -> None:
    assert not mirror().is_old(AS_OF + OLD_AFTER)
    assert mirror().is_old(AS_OF + OLD_AFTER + 1)
    assert mirror("connection refused").is_old(AS_OF)


def test_a_fresh_mirror_says_nothing_of_its_age() -> None:
    assert mirror().known(AS_OF) == ""
    assert mirror().notice(AS_OF) is None


def test_an_old_one_says_since_when_why_and_what_goes_on() -> None:
    said = mirror("connection refused").notice(AS_OF + 12 * 60) or ""
    assert "Connection refused" in said
    assert "08:00 UTC, 12 min ago" in said
    assert "Work in one's own scope goes on" in said
    assert "new claims and locks have to wait" in said
    assert mirror("x").known(AS_OF) == " (as known at 08:00 UTC; the database can't be reached)"


def test_what_is_older_than_today_is_said_with_its_date() -> None:
    assert "2027-01-15 08:00 UTC" in mirror("x").known(AS_OF + 24 * HOUR)


def test_whatever_the_driver_says_the_notice_is_short() -> None:
    assert len(mirror("word " * 500).notice(AS_OF + HOUR) or "") < 300 + LONGEST_TROUBLE


@pytest.mark.parametrize(
    ("name", "elsewhere"),
    [("ben@build-2", True), ("ben@build-2/explore-1", True), ("ben@laptop", False), ("ben@laptop/a-1", False)]
    + [("ben", False), ("a review", False)],
)
def test_an_agent_is_elsewhere_when_its_host_is_another_one(name: str, elsewhere: bool) -> None:
    assert mirror().is_elsewhere(name) is elsewhere


def test_what_a_mirror_made_is_told_by_the_rest_of_its_id() -> None:
    assert mirror().is_own(3)
    assert mirror().is_own(3 + 5 * MOST)
    assert not mirror().is_own(4)


def test_the_time_is_the_databases() -> None:
    moment = Mirror(3, "laptop", AS_OF, ahead=-20.0).moment(AS_OF, lambda: ("m/b", 1.0))
    assert (moment.now, moment.as_of) == (AS_OF - 20, AS_OF)
