-- What a holder does, so that a working one keeps its leases and a silent one does not.

ALTER TABLE agent ADD COLUMN tick_of TEXT;          -- which machine and boot `tick` counts from
ALTER TABLE agent ADD COLUMN tick REAL;             -- when it was last active, or found working, by that machine's clock
ALTER TABLE agent ADD COLUMN idle_at REAL;          -- when its turn ended; NULL: it is in one
ALTER TABLE agent ADD COLUMN prompt_at REAL;        -- since when it waits for its user; NULL: it does not
ALTER TABLE agent ADD COLUMN prompt_tick REAL;
ALTER TABLE agent ADD COLUMN wants_token INTEGER;   -- the lease that is in its way: it waits until that is over
ALTER TABLE agent ADD COLUMN wants_told INTEGER NOT NULL DEFAULT 0; -- 1: that lease's holder knows who waits
