"""Teammates, and the plans that they need before they write."""
