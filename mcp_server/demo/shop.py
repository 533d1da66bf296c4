"""The contents of the demo: a small shop whose tests fail, the plan to fix it, and the edits."""

from __future__ import annotations

from typing import Any, NamedTuple


class Change(NamedTuple):
    """An edit of one file: `old` becomes `new`."""

    path: str
    old: str
    new: str


MONEY = '''"""Money, kept in cents."""


def shown(cents: int) -> str:
    """Cents as people write them."""
    return f"{cents // 100}.{cents % 100:02d}"
'''
SETTINGS = '''"""What the whole shop goes by."""

TAX_PERCENT = 0
RESULTS_SHOWN = 2
'''
SESSION = '''"""Who may come in."""


def is_valid(expires_at: int, now: int, *, revoked: bool = False) -> bool:
    """Whether a session is good at `now`."""
    return True
'''
INVOICE = '''"""What a customer pays."""

from shop import settings


def total(cents: list[int]) -> int:
    """The sum of the items, tax included."""
    return sum(cents)
'''
SEARCH = '''"""What the shop sells."""

from shop import settings


def search(word: str, titles: list[str]) -> list[str]:
    """The first titles with `word` in them, in any spelling."""
    return [title for title in titles if word in title][: settings.RESULTS_SHOWN]
'''
TEST_MONEY = """import unittest

from shop import money


class Money(unittest.TestCase):
    def test_cents_are_shown_with_two_digits(self):
        self.assertEqual(money.shown(1205), "12.05")
"""
TEST_AUTH = """import unittest

from shop.auth import session


class Sessions(unittest.TestCase):
    def test_an_expired_session_is_refused(self):
        self.assertFalse(session.is_valid(expires_at=10, now=11))

    def test_a_revoked_session_is_refused(self):
        self.assertFalse(session.is_valid(expires_at=10, now=5, revoked=True))

    def test_any_other_session_is_good(self):
        self.assertTrue(session.is_valid(expires_at=10, now=5))
"""
TEST_BILLING = """import unittest

from shop.billing import invoice


class Invoices(unittest.TestCase):
    def test_the_total_includes_tax(self):
        self.assertEqual(invoice.total([1000, 500]), 1785)
"""
TEST_CATALOG = """import unittest

from shop.catalog import search


class Search(unittest.TestCase):
    def test_three_titles_are_found_in_any_spelling(self):
        titles = ["Green Tea", "Coffee", "Tea pot", "Iced tea", "Teacup"]
        self.assertEqual(search.search("tea", titles), ["Green Tea", "Tea pot", "Iced tea"])
"""
FILES = {
    "README.md": "# Shop\n\nSigns in, sells, bills. Tests: `python3 -m unittest discover -t . tests`\n",
    ".gitignore": "__pycache__/\n",
    "shop/__init__.py": "",
    "shop/money.py": MONEY,
    "shop/settings.py": SETTINGS,
    "shop/auth/__init__.py": "",
    "shop/auth/session.py": SESSION,
    "shop/billing/__init__.py": "",
    "shop/billing/invoice.py": INVOICE,
    "shop/catalog/__init__.py": "",
    "shop/catalog/search.py": SEARCH,
    "tests/__init__.py": "",
    "tests/test_money.py": TEST_MONEY,
    "tests/test_auth.py": TEST_AUTH,
    "tests/test_billing.py": TEST_BILLING,
    "tests/test_catalog.py": TEST_CATALOG,
}
FAILING_AT_FIRST = 4

TASKS: list[dict[str, Any]] = [
    {"id": "auth", "title": "Refuse sessions that are over", "scope": ["shop/auth"], "priority": 1},
    {"id": "billing", "title": "Add tax to invoices", "scope": ["shop/billing", "shop/money.py"], "priority": 3},
    {"id": "catalog", "title": "Search in any spelling", "scope": ["shop/catalog", "shop/*.py"], "priority": 2},
]
FIXED = {"catalog": ["shop/catalog"]}

BILLING = Change(
    "shop/billing/invoice.py",
    "    return sum(cents)\n",
    "    net = sum(cents)\n    return net + net * settings.TAX_PERCENT // 100\n",
)
CATALOG = Change("shop/catalog/search.py", "if word in title]", "if word.lower() in title.lower()]")
AUTH_BEGUN = Change("shop/auth/session.py", "    return True\n", "    return now < expires_at\n")
AUTH_ENDED = Change("shop/auth/session.py", "return now < expires_at", "return now < expires_at and not revoked")
SHARED = "shop/settings.py"
TAX = Change(SHARED, "TAX_PERCENT = 0", "TAX_PERCENT = 19")
RESULTS = Change(SHARED, "RESULTS_SHOWN = 2", "RESULTS_SHOWN = 3")
HELD_BY_OTHERS = Change("shop/billing/invoice.py", "The sum of the items", "All items together")
HELD_THROUGH_BASH = "cd shop && sed -i 's/sum/total/' billing/invoice.py"
OUTSIDE = Change("README.md", "Signs in, sells, bills.", "Sells and bills.")
