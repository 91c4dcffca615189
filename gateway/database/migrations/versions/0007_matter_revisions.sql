-- A matter with its parties has a revision that no other state of any matter has had. Nobody writes it: triggers draw it
-- with the owner's rights, also for the roles that may not.

CREATE SEQUENCE matter_revision;
ALTER TABLE matter ADD COLUMN revision bigint NOT NULL DEFAULT 0;
UPDATE matter SET revision = nextval('matter_revision');

CREATE FUNCTION matter_revised() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog AS $$
BEGIN
    NEW.revision := nextval('public.matter_revision');
    RETURN NEW;
END
$$;

CREATE FUNCTION matter_parties_revised() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog AS $$
BEGIN
    UPDATE public.matter SET revision = 0  -- the other trigger draws the number
    WHERE (client_id, number) IN (SELECT client_id, matter_number FROM revised);
    RETURN NULL;
END
$$;

CREATE TRIGGER matter_revised BEFORE INSERT OR UPDATE ON matter FOR EACH ROW EXECUTE FUNCTION matter_revised();
CREATE TRIGGER matter_party_added AFTER INSERT ON matter_party REFERENCING NEW TABLE AS revised
    FOR EACH STATEMENT EXECUTE FUNCTION matter_parties_revised();
CREATE TRIGGER matter_party_changed AFTER UPDATE ON matter_party REFERENCING OLD TABLE AS revised
    FOR EACH STATEMENT EXECUTE FUNCTION matter_parties_revised();
CREATE TRIGGER matter_party_removed AFTER DELETE ON matter_party REFERENCING OLD TABLE AS revised
    FOR EACH STATEMENT EXECUTE FUNCTION matter_parties_revised();

-- Also in a session that asks for no triggers (session_replication_role).
ALTER TABLE matter ENABLE ALWAYS TRIGGER matter_revised;
ALTER TABLE matter_party ENABLE ALWAYS TRIGGER matter_party_added;
ALTER TABLE matter_party ENABLE ALWAYS TRIGGER matter_party_changed;
ALTER TABLE matter_party ENABLE ALWAYS TRIGGER matter_party_removed;
