"""Files that people edit too: read when they are stable, written atomically, no late save lost."""
