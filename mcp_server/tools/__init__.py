"""What an agent sees: the MCP server's tools and their answers."""
