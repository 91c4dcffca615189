-- What is frozen (gateway/freezes): an agency, an operator, an item of the catalogue or a scope. The history is append-only;
-- a freeze ends by itself or by a row in frozen_lift. Times are ms since the epoch, "entry" is that of the log.

CREATE TABLE frozen (
    id uuid PRIMARY KEY,
    target text NOT NULL,
    name text NOT NULL,
    reason text NOT NULL,
    imposed_by text NOT NULL,
    imposed_at bigint NOT NULL,
    ends_at bigint,
    entry uuid NOT NULL,
    CONSTRAINT frozen_target_known CHECK (target IN ('AGENCY', 'OPERATOR', 'ITEM', 'SCOPE')),
    CONSTRAINT frozen_has_a_reason CHECK (reason <> ''),
    CONSTRAINT frozen_ends_later CHECK (ends_at > imposed_at)
);
CREATE INDEX frozen_named ON frozen (target, name);

CREATE TABLE frozen_lift (
    frozen uuid PRIMARY KEY REFERENCES frozen,
    reason text NOT NULL,
    lifted_by text NOT NULL,
    lifted_at bigint NOT NULL,
    entry uuid NOT NULL,
    CONSTRAINT frozen_lift_has_a_reason CHECK (reason <> '')
);

-- The number of changes of what is frozen. Every statement that reads credit data asks whether it is as it was when the
-- operation was granted, and so does every commit of the log that lets an answer leave.
ALTER TABLE authz_state ADD COLUMN freezes bigint NOT NULL DEFAULT 0;

CREATE FUNCTION freezes_standing() RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog AS $$
BEGIN
    PERFORM pg_advisory_xact_lock_shared(1718773093);
    RETURN (SELECT freezes FROM public.authz_state);  -- a statement of its own: it sees what the lock waited for
END
$$;

-- Waits for the answers that are being logged: when a freeze is committed, none leaves that does not know of it.
CREATE FUNCTION freezes_changed() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog AS $$
BEGIN
    UPDATE public.authz_state SET freezes = freezes + 1;  -- first: whoever holds the row may be waiting for the log
    PERFORM pg_advisory_xact_lock(1718773093);
    RETURN NULL;
END
$$;

CREATE FUNCTION freezes_refuse() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog AS $$
BEGIN
    RAISE EXCEPTION 'the history of freezes is append-only' USING ERRCODE = 'integrity_constraint_violation';
END
$$;

CREATE TRIGGER frozen_imposed AFTER INSERT ON frozen FOR EACH STATEMENT EXECUTE FUNCTION freezes_changed();
CREATE TRIGGER frozen_lifted AFTER INSERT ON frozen_lift FOR EACH STATEMENT EXECUTE FUNCTION freezes_changed();
CREATE TRIGGER frozen_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON frozen
    FOR EACH STATEMENT EXECUTE FUNCTION freezes_refuse();
CREATE TRIGGER frozen_lift_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON frozen_lift
    FOR EACH STATEMENT EXECUTE FUNCTION freezes_refuse();

-- Also in a session that asks for no triggers (session_replication_role).
ALTER TABLE frozen ENABLE ALWAYS TRIGGER frozen_imposed;
ALTER TABLE frozen ENABLE ALWAYS TRIGGER frozen_append_only;
ALTER TABLE frozen_lift ENABLE ALWAYS TRIGGER frozen_lifted;
ALTER TABLE frozen_lift ENABLE ALWAYS TRIGGER frozen_lift_append_only;
