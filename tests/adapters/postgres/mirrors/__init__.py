"""Checkouts that mirror a database."""
