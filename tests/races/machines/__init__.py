"""Races on machines that share a database: their mirrors, workers that are killed, networks that are cut."""
