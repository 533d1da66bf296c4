-- Whoever made something for a repository, whose schema stands here as interlock_REPOSITORY, hands it over, so that every
-- other owner can change it as well.
DO $$
DECLARE
    thing text;
BEGIN
    IF (SELECT nspowner <> 'interlock_owner'::regrole FROM pg_namespace WHERE nspname = 'interlock_REPOSITORY') THEN
        ALTER SCHEMA interlock_REPOSITORY OWNER TO interlock_owner;
    END IF;
    FOR thing IN
        SELECT CASE relkind WHEN 'S' THEN 'SEQUENCE ' ELSE 'TABLE ' END || oid::regclass
        FROM pg_class
        WHERE relnamespace = 'interlock_REPOSITORY'::regnamespace AND relkind IN ('r', 'S')
            AND relowner <> 'interlock_owner'::regrole
        UNION ALL
        SELECT 'FUNCTION ' || oid::regprocedure
        FROM pg_proc
        WHERE pronamespace = 'interlock_REPOSITORY'::regnamespace AND proowner <> 'interlock_owner'::regrole
    LOOP
        EXECUTE format('ALTER %s OWNER TO interlock_owner', thing);
    END LOOP;
    IF (SELECT relowner <> 'interlock_owner'::regrole FROM pg_class WHERE oid = to_regclass('interlock.repository')) THEN
        ALTER TABLE interlock.repository OWNER TO interlock_owner;
    END IF;
END $$;
