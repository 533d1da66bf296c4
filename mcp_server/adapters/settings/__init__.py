"""The settings of a repository: the file, the mode that a person chose, and what hooks keep of both."""
