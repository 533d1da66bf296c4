"""Work while nobody watches: one worker and its task, requests as files, the heartbeat."""
