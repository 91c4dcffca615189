-- What was told of one natural person in one year is sealed under a key of its own (gateway/ledger/keeping). Destroying
-- the key erases it, in every copy of the tables; the leaves, which hold commitments alone, stay as they are.

CREATE TABLE subject_key (
    id uuid PRIMARY KEY,
    subject_ref bytea,
    year integer NOT NULL,
    wrapped_dek bytea,
    hold boolean NOT NULL DEFAULT false,
    restricted_at bigint,
    retired_at bigint,
    destroyed_at bigint,
    destroyed_by uuid,
    CONSTRAINT subject_key_kept_or_destroyed CHECK (
        (destroyed_at IS NULL AND destroyed_by IS NULL AND wrapped_dek IS NOT NULL AND subject_ref IS NOT NULL)
        OR (destroyed_at IS NOT NULL AND destroyed_by IS NOT NULL AND wrapped_dek IS NULL AND subject_ref IS NULL
            AND retired_at IS NOT NULL AND NOT hold)
    )
);
CREATE UNIQUE INDEX subject_key_current ON subject_key (subject_ref, year) WHERE retired_at IS NULL;
CREATE INDEX subject_key_subject ON subject_key (subject_ref);
CREATE INDEX subject_key_destroyed ON subject_key (destroyed_by) WHERE destroyed_by IS NOT NULL;

CREATE FUNCTION subject_key_only_forward() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog AS $$
BEGIN
    IF OLD.destroyed_at IS NOT NULL OR (NEW.id, NEW.year) IS DISTINCT FROM (OLD.id, OLD.year)
        OR (OLD.retired_at IS NOT NULL AND NEW.retired_at IS DISTINCT FROM OLD.retired_at)
        OR (NEW.destroyed_at IS NULL
            AND (NEW.subject_ref, NEW.wrapped_dek) IS DISTINCT FROM (OLD.subject_ref, OLD.wrapped_dek)) THEN
        RAISE EXCEPTION 'a subject key is retired, then destroyed, and never comes back'
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END
$$;

CREATE TRIGGER subject_key_kept BEFORE DELETE OR TRUNCATE ON subject_key
    FOR EACH STATEMENT EXECUTE FUNCTION audit_refuse();
CREATE TRIGGER subject_key_only_forward BEFORE UPDATE ON subject_key
    FOR EACH ROW EXECUTE FUNCTION subject_key_only_forward();
ALTER TABLE subject_key ENABLE ALWAYS TRIGGER subject_key_kept;
ALTER TABLE subject_key ENABLE ALWAYS TRIGGER subject_key_only_forward;

-- A row that was erased still has to stand among the others of its entry, where the leaf names only the root over them.
ALTER TABLE audit_disclosure ADD COLUMN commitment bytea;
