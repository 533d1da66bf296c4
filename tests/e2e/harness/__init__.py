"""What tests on the real client use: the client, a scripted model, a terminal, and a repository."""
