"""Reads the script of the client's own workflows, which is JavaScript, and routes the agents that it starts.

`grammar` loads the parser, `rewrite` has every agent started through a function that knows the routes. It knows no
store.
"""
