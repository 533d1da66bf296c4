-- Which repositories have a schema in this database, and how a checkout finds its own: by the first commit and the remotes.
CREATE SCHEMA IF NOT EXISTS interlock;
CREATE TABLE IF NOT EXISTS interlock.repository (
    schema text PRIMARY KEY,
    root text,                                  -- the first commit; NULL: only shallow clones came so far
    origins text[] NOT NULL,                    -- the remotes `origin` of the checkouts that came
    remotes text[] NOT NULL,                    -- all their remotes
    made_at timestamptz NOT NULL DEFAULT now(), made_by text NOT NULL DEFAULT session_user
);
