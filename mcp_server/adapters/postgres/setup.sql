-- Prepares a database for a team: who may put repositories into it. Who may work in one is said for each repository.
-- Somebody runs it who may create roles; it can be run again:  psql -d interlock -f setup.sql
-- (Roles are the whole server's: in a database of another name it is not interlock_owner, but that name with _owner.)

-- Owns everything that Interlock makes here. Its members make repositories and keep them up to date; nobody logs in as it.
DO $$ BEGIN
    IF to_regrole('interlock_owner') IS NULL THEN
        CREATE ROLE interlock_owner NOLOGIN;
    END IF;
EXCEPTION WHEN duplicate_object OR unique_violation THEN
    NULL;  -- somebody was faster
END $$;

DO $$ BEGIN
    IF NOT has_database_privilege('interlock_owner', current_database(), 'CREATE') THEN
        EXECUTE format('GRANT CONNECT, CREATE ON DATABASE %I TO interlock_owner', current_database());
    END IF;
    IF NOT pg_has_role(current_user, 'interlock_owner', 'USAGE') THEN
        EXECUTE format('GRANT interlock_owner TO %I', current_user);
    END IF;
END $$;

-- What repositories there are. What was made here before is handed over to the owner.
CREATE SCHEMA IF NOT EXISTS interlock;
DO $$ BEGIN
    IF (SELECT nspowner <> 'interlock_owner'::regrole FROM pg_namespace WHERE nspname = 'interlock') THEN
        ALTER SCHEMA interlock OWNER TO interlock_owner;
    END IF;
    IF (SELECT relowner <> 'interlock_owner'::regrole FROM pg_class WHERE oid = to_regclass('interlock.repository')) THEN
        ALTER TABLE interlock.repository OWNER TO interlock_owner;
    END IF;
END $$;
