"""What tests on the real client are made of: the client, a scripted model, a terminal, and a repository."""
