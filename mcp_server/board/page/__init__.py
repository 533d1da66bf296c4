"""The board in a browser: a page on this machine alone, live by server-sent events, that a person acts from.

`server` listens, `access` decides who may ask, `drawing` makes the page and its parts, `stream` sends the parts that
changed, `scope_map` and `charts` are what it shows beside the columns.
"""
