-- Who may do what with the state of one repository, whose schema stands here as interlock_REPOSITORY: members of
-- interlock_REPOSITORY_agent work in it, members of interlock_REPOSITORY_reader look, everybody else sees nothing.
-- It is run after each change of the schema, and can be run again.

DO $$ BEGIN
    IF to_regrole('interlock_REPOSITORY_agent') IS NULL THEN
        CREATE ROLE interlock_REPOSITORY_agent NOLOGIN;
    END IF;
EXCEPTION WHEN duplicate_object OR unique_violation THEN
    NULL;  -- somebody was faster
END $$;
DO $$ BEGIN
    IF to_regrole('interlock_REPOSITORY_reader') IS NULL THEN
        CREATE ROLE interlock_REPOSITORY_reader NOLOGIN;
    END IF;
EXCEPTION WHEN duplicate_object OR unique_violation THEN
    NULL;  -- somebody was faster
END $$;

-- The functions are called for those who write. The one that notes down changes does so with its owner's rights: who
-- could make it the trigger of a table of their own could note down what never was.
REVOKE ALL ON ALL FUNCTIONS IN SCHEMA interlock_REPOSITORY FROM PUBLIC;
REVOKE ALL ON ALL TABLES IN SCHEMA interlock_REPOSITORY FROM interlock_REPOSITORY_agent, interlock_REPOSITORY_reader;

GRANT USAGE ON SCHEMA interlock_REPOSITORY TO interlock_REPOSITORY_agent, interlock_REPOSITORY_reader;
GRANT SELECT ON ALL TABLES IN SCHEMA interlock_REPOSITORY TO interlock_REPOSITORY_agent, interlock_REPOSITORY_reader;
GRANT SELECT ON ALL SEQUENCES IN SCHEMA interlock_REPOSITORY TO interlock_REPOSITORY_agent, interlock_REPOSITORY_reader;

GRANT INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA interlock_REPOSITORY TO interlock_REPOSITORY_agent;
REVOKE INSERT, UPDATE, DELETE
    ON interlock_REPOSITORY.state, interlock_REPOSITORY.mirror, interlock_REPOSITORY.change
    FROM interlock_REPOSITORY_agent;
-- To lock the state, and to forget what everybody knows is gone. The version, and where the repository is, are the owner's.
GRANT UPDATE (one, forgotten) ON interlock_REPOSITORY.state TO interlock_REPOSITORY_agent;
GRANT DELETE ON interlock_REPOSITORY.change TO interlock_REPOSITORY_agent;
-- A checkout says that it is there and how far it is; whose it is, the server knows.
GRANT INSERT (number, host, sign, joined_at, seen_at, version), UPDATE (seen_at, seq, version)
    ON interlock_REPOSITORY.mirror TO interlock_REPOSITORY_agent;
-- Functions that work with the rights of whoever calls them.
DO $$
DECLARE
    called regprocedure;
BEGIN
    FOR called IN
        SELECT oid FROM pg_proc
        WHERE pronamespace = 'interlock_REPOSITORY'::regnamespace AND NOT prosecdef AND prorettype <> 'trigger'::regtype
    LOOP
        EXECUTE format('GRANT EXECUTE ON FUNCTION %s TO interlock_REPOSITORY_agent', called);
    END LOOP;
END $$;

-- Of the list of repositories everybody sees those that they may work in or look at.
GRANT USAGE ON SCHEMA interlock TO interlock_REPOSITORY_agent, interlock_REPOSITORY_reader;
GRANT SELECT ON interlock.repository TO interlock_REPOSITORY_agent, interlock_REPOSITORY_reader;
DO $$ BEGIN
    IF NOT EXISTS (SELECT FROM pg_policies WHERE schemaname = 'interlock' AND tablename = 'repository') THEN
        ALTER TABLE interlock.repository ENABLE ROW LEVEL SECURITY;
        CREATE POLICY seen_by_its_people ON interlock.repository FOR SELECT USING (EXISTS (
            SELECT FROM pg_roles
            WHERE rolname IN (schema || '_agent', schema || '_reader') AND pg_has_role(oid, 'MEMBER')
        ));
    END IF;
END $$;
