-- Consents (gateway/consents). What a client asks stands apart from what the subject grants; both are immutable but for
-- their state, and every change of state is an event that names its entry in the log, written in the same transaction.
-- Times are those of this server, whose clock alone governs. No name and no number of a person stands here.

CREATE TABLE consent_request (
    id uuid PRIMARY KEY,
    client_id text NOT NULL REFERENCES client,
    operator text NOT NULL,
    thumbprint text NOT NULL,
    idempotency bytea NOT NULL,
    body bytea NOT NULL,
    subject bigint NOT NULL,
    subject_digest bytea NOT NULL,
    "natural" boolean NOT NULL,
    purpose text NOT NULL,
    manner text NOT NULL,
    matter text NOT NULL,
    items text[] NOT NULL,
    fields text[] NOT NULL,
    period_from date NOT NULL,
    period_until date NOT NULL,
    uses integer NOT NULL,
    days integer NOT NULL,
    retention_days integer NOT NULL,
    necessity text NOT NULL,
    service_depends boolean NOT NULL,
    via text,
    asked_at timestamptz NOT NULL DEFAULT now(),
    lapses_at timestamptz NOT NULL DEFAULT now() + interval '7 days',
    state text NOT NULL DEFAULT 'REQUESTED',
    CONSTRAINT consent_request_once UNIQUE (client_id, idempotency),
    CONSTRAINT consent_request_state_known CHECK (state IN ('REQUESTED', 'SHOWN', 'GRANTED', 'DENIED', 'LAPSED')),
    CONSTRAINT consent_request_one_purpose CHECK (purpose ~ '^PM-[0-9]{3}$'),
    CONSTRAINT consent_request_one_matter CHECK (matter <> ''),
    -- every item and every field by its name
    CONSTRAINT consent_request_lists CHECK (
        array_to_string(items, ',', '?') ~ '^[A-Z][A-Z0-9_]*(,[A-Z][A-Z0-9_]*)*$'
        AND array_to_string(fields, ',', '?') ~ '^[A-Z][A-Za-z]*[.][a-zA-Z0-9]+(,[A-Z][A-Za-z]*[.][a-zA-Z0-9]+)*$'
    ),
    CONSTRAINT consent_request_period CHECK (
        isfinite(period_from) AND isfinite(period_until) AND period_from <= period_until
    ),
    CONSTRAINT consent_request_uses CHECK (uses BETWEEN 1 AND 100),
    CONSTRAINT consent_request_ends CHECK (days BETWEEN 1 AND 365),
    CONSTRAINT consent_request_retention CHECK (retention_days BETWEEN 1 AND 1826),
    CONSTRAINT consent_request_necessity CHECK (necessity <> ''),
    CONSTRAINT consent_request_lapses CHECK (isfinite(lapses_at) AND lapses_at <= asked_at + interval '7 days')
);
CREATE INDEX consent_request_subject ON consent_request (subject, asked_at);
CREATE INDEX consent_request_open ON consent_request (lapses_at) WHERE state IN ('REQUESTED', 'SHOWN');

CREATE TABLE consent (
    id uuid PRIMARY KEY REFERENCES consent_request,
    granted_by text NOT NULL,
    relation uuid,
    items text[] NOT NULL,
    fields text[] NOT NULL,
    period_from date NOT NULL,
    period_until date NOT NULL,
    uses integer NOT NULL,
    used integer NOT NULL DEFAULT 0,
    granted_at timestamptz NOT NULL DEFAULT now(),
    not_before timestamptz NOT NULL,
    expires_at timestamptz NOT NULL,
    notice bytea NOT NULL,
    notice_version text NOT NULL,
    language text NOT NULL,
    assurance text NOT NULL,
    contact bytea,
    thumbprint text NOT NULL,
    state text NOT NULL DEFAULT 'ACTIVE',
    reason text,
    state_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT consent_state_known CHECK (state IN ('ACTIVE', 'SUSPENDED', 'EXHAUSTED', 'EXPIRED', 'REVOKED')),
    CONSTRAINT consent_by_whom CHECK (granted_by IN ('SUBJECT', 'GUARDIAN', 'AGENT', 'REPRESENTATIVE')),
    CONSTRAINT consent_by_relation CHECK ((granted_by = 'SUBJECT') = (relation IS NULL)),
    CONSTRAINT consent_uses CHECK (uses BETWEEN 1 AND 100 AND used BETWEEN 0 AND uses),
    CONSTRAINT consent_has_an_end CHECK (
        isfinite(not_before) AND isfinite(expires_at) AND not_before < expires_at
        AND expires_at <= not_before + interval '365 days' AND expires_at <= granted_at + interval '365 days'
    ),
    CONSTRAINT consent_notice_hashed CHECK (octet_length(notice) = 32),
    CONSTRAINT consent_why CHECK (reason IS NULL OR state IN ('SUSPENDED', 'REVOKED'))
);
CREATE INDEX consent_open ON consent (expires_at) WHERE state IN ('ACTIVE', 'SUSPENDED');

CREATE TABLE consent_use (
    consent uuid NOT NULL REFERENCES consent,
    n integer NOT NULL,
    demand bytea NOT NULL,
    at timestamptz NOT NULL DEFAULT now(),
    pages integer NOT NULL DEFAULT 1,
    PRIMARY KEY (consent, n),
    CONSTRAINT consent_use_counted CHECK (n BETWEEN 1 AND 100 AND pages BETWEEN 1 AND 20)
);

CREATE TABLE consent_event (
    consent uuid NOT NULL REFERENCES consent_request,
    n integer NOT NULL,
    what text NOT NULL,
    by_whom text NOT NULL,
    reason text,
    at timestamptz NOT NULL DEFAULT now(),
    entry uuid NOT NULL UNIQUE,
    PRIMARY KEY (consent, n)
);

-- INVARIANT: a consent goes no further than what was asked, and is granted once, of a request that still stands.
CREATE FUNCTION consent_within_request() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog AS $$
DECLARE
    asked public.consent_request;
BEGIN
    SELECT * INTO asked FROM public.consent_request WHERE id = NEW.id;
    IF asked.state NOT IN ('REQUESTED', 'SHOWN') OR clock_timestamp() >= asked.lapses_at THEN
        RAISE EXCEPTION 'the request of this consent no longer stands' USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    IF NOT (NEW.items <@ asked.items AND NEW.fields <@ asked.fields) OR cardinality(NEW.items) = 0
        OR cardinality(NEW.fields) = 0 OR NEW.period_from < asked.period_from OR NEW.period_until > asked.period_until
        OR NEW.period_from > NEW.period_until OR NEW.uses > asked.uses OR NEW.used <> 0
        OR (NEW.state, NEW.thumbprint, NEW.granted_at, NEW.state_at)
            IS DISTINCT FROM ('ACTIVE', asked.thumbprint, now(), now())
        OR NEW.expires_at > NEW.not_before + make_interval(days => asked.days)
        OR NEW.expires_at > now() + make_interval(days => asked.days) THEN
        RAISE EXCEPTION 'a consent never goes beyond what was asked' USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END
$$;
CREATE TRIGGER consent_within_request BEFORE INSERT ON consent
    FOR EACH ROW EXECUTE FUNCTION consent_within_request();

-- What does not change, what may follow what, and what every change needs ---------------------------------------------

CREATE FUNCTION consent_refuse() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog AS $$
BEGIN
    RAISE EXCEPTION 'the register of consents is append-only' USING ERRCODE = 'integrity_constraint_violation';
END
$$;

-- A request begins now; it is shown and decided while it stands, and lapses only when its time is over.
CREATE FUNCTION consent_request_kept() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog AS $$
DECLARE
    same public.consent_request := NEW;
BEGIN
    IF TG_OP = 'INSERT' THEN
        IF (NEW.state, NEW.asked_at) IS DISTINCT FROM ('REQUESTED', now()) THEN
            RAISE EXCEPTION 'a request for consent begins now' USING ERRCODE = 'integrity_constraint_violation';
        END IF;
        RETURN NEW;
    END IF;
    same.state := OLD.state;
    IF same IS DISTINCT FROM OLD
        OR NOT (CASE OLD.state
            WHEN 'REQUESTED' THEN NEW.state IN ('SHOWN', 'GRANTED', 'DENIED', 'LAPSED')
            WHEN 'SHOWN' THEN NEW.state IN ('GRANTED', 'DENIED', 'LAPSED')
            ELSE false END)
        OR (NEW.state = 'LAPSED') = (clock_timestamp() < OLD.lapses_at) THEN
        RAISE EXCEPTION 'a request for consent does not change' USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END
$$;

-- A consent that has ended stays so. A use is taken one at a time, of a consent that is usable at this very moment.
CREATE FUNCTION consent_kept() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog AS $$
DECLARE
    same public.consent := NEW;
BEGIN
    same.state := OLD.state;
    same.reason := OLD.reason;
    same.state_at := OLD.state_at;
    same.used := OLD.used;
    IF OLD.reason = 'KEY_CHANGED' AND NEW.state = 'ACTIVE' THEN
        same.thumbprint := OLD.thumbprint;  -- bound to the key of now, by whoever lets it go on
    END IF;
    IF same IS DISTINCT FROM OLD
        OR OLD.state NOT IN ('ACTIVE', 'SUSPENDED')
        OR (NEW.state = OLD.state AND (NEW.reason, NEW.state_at) IS DISTINCT FROM (OLD.reason, OLD.state_at))
        OR (NEW.state <> OLD.state AND (NEW.state_at, NEW.used) IS DISTINCT FROM (now(), OLD.used))
        OR (NEW.state = 'EXPIRED' AND clock_timestamp() < OLD.expires_at)
        OR (NEW.state = 'EXHAUSTED' AND OLD.used < OLD.uses)
        OR (NEW.used <> OLD.used AND NOT (
            NEW.used = OLD.used + 1 AND OLD.state = 'ACTIVE'
            AND OLD.not_before <= clock_timestamp() AND clock_timestamp() < OLD.expires_at
        )) THEN
        RAISE EXCEPTION 'a consent is what was granted, and ends once' USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END
$$;

-- A use is the last one that was taken, at this moment; its pages follow within their time.
CREATE FUNCTION consent_use_kept() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog AS $$
BEGIN
    IF (CASE TG_OP
        WHEN 'INSERT' THEN (NEW.at, NEW.pages) IS DISTINCT FROM (now(), 1)
            OR NEW.n IS DISTINCT FROM (SELECT used FROM public.consent WHERE id = NEW.consent)
        ELSE (NEW.consent, NEW.n, NEW.demand, NEW.at, NEW.pages)
                IS DISTINCT FROM (OLD.consent, OLD.n, OLD.demand, OLD.at, OLD.pages + 1)
            OR clock_timestamp() >= OLD.at + interval '10 minutes'
        END) THEN
        RAISE EXCEPTION 'a use of a consent is taken once' USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END
$$;

-- INVARIANT: what has happened to a request or a consent is what its last event says, every use that was taken is one,
-- and every event is what its leaf in the log says. Asked at the end of each transaction that changes any of it.
CREATE FUNCTION consent_accounted() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog AS $$
DECLARE
    about uuid := coalesce(to_jsonb(NEW) ->> 'consent', to_jsonb(NEW) ->> 'id');
    asked text;
    granted public.consent;
    last public.consent_event;
BEGIN
    SELECT state INTO asked FROM public.consent_request WHERE id = about;
    SELECT * INTO granted FROM public.consent WHERE id = about;
    SELECT * INTO last FROM public.consent_event WHERE consent = about ORDER BY n DESC LIMIT 1;
    IF (asked = 'GRANTED') IS DISTINCT FROM (granted.id IS NOT NULL)
        OR last.what IS DISTINCT FROM (CASE
            WHEN granted.id IS NULL THEN asked
            WHEN last.what = 'GRANTED' THEN CASE granted.state WHEN 'ACTIVE' THEN 'GRANTED' END
            ELSE granted.state END)
        OR (granted.id IS NOT NULL AND last.reason IS DISTINCT FROM granted.reason)
        OR granted.used <> (SELECT count(*) FROM public.consent_use WHERE consent = about) THEN
        RAISE EXCEPTION 'a change of a consent needs its event' USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NULL;
END
$$;

CREATE FUNCTION consent_event_kept() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog AS $$
BEGIN
    IF (NEW.n, NEW.at) IS DISTINCT FROM (
        (SELECT count(*) + 1 FROM public.consent_event WHERE consent = NEW.consent)::integer, now()
    ) THEN
        RAISE EXCEPTION 'events of a consent follow one another' USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END
$$;

CREATE FUNCTION consent_event_logged() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog AS $$
DECLARE
    told jsonb := (SELECT convert_from(leaf, 'UTF8')::jsonb FROM public.audit_pending WHERE id = NEW.entry);
BEGIN
    IF (told ->> 'kind', told ->> 'consent', told -> 'decision' -> 'reasons') IS DISTINCT FROM (
        'consent', NEW.consent::text, to_jsonb(array_remove(ARRAY[NEW.what, NEW.reason], NULL))
    ) THEN
        RAISE EXCEPTION 'an event of a consent needs its entry' USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NULL;
END
$$;

CREATE TRIGGER consent_request_kept BEFORE INSERT OR UPDATE ON consent_request
    FOR EACH ROW EXECUTE FUNCTION consent_request_kept();
CREATE TRIGGER consent_kept BEFORE UPDATE ON consent FOR EACH ROW EXECUTE FUNCTION consent_kept();
CREATE TRIGGER consent_use_kept BEFORE INSERT OR UPDATE ON consent_use FOR EACH ROW EXECUTE FUNCTION consent_use_kept();
CREATE TRIGGER consent_event_kept BEFORE INSERT ON consent_event FOR EACH ROW EXECUTE FUNCTION consent_event_kept();
CREATE TRIGGER consent_request_append_only BEFORE DELETE OR TRUNCATE ON consent_request
    FOR EACH STATEMENT EXECUTE FUNCTION consent_refuse();
CREATE TRIGGER consent_append_only BEFORE DELETE OR TRUNCATE ON consent
    FOR EACH STATEMENT EXECUTE FUNCTION consent_refuse();
CREATE TRIGGER consent_use_append_only BEFORE DELETE OR TRUNCATE ON consent_use
    FOR EACH STATEMENT EXECUTE FUNCTION consent_refuse();
CREATE TRIGGER consent_event_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON consent_event
    FOR EACH STATEMENT EXECUTE FUNCTION consent_refuse();
CREATE CONSTRAINT TRIGGER consent_request_accounted AFTER INSERT OR UPDATE ON consent_request
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION consent_accounted();
CREATE CONSTRAINT TRIGGER consent_accounted AFTER INSERT OR UPDATE ON consent
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION consent_accounted();
CREATE CONSTRAINT TRIGGER consent_use_accounted AFTER INSERT ON consent_use
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION consent_accounted();
CREATE CONSTRAINT TRIGGER consent_event_accounted AFTER INSERT ON consent_event
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION consent_accounted();
CREATE CONSTRAINT TRIGGER consent_event_logged AFTER INSERT ON consent_event
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION consent_event_logged();

-- Also in a session that asks for no triggers (session_replication_role).
ALTER TABLE consent_request ENABLE ALWAYS TRIGGER consent_request_kept;
ALTER TABLE consent_request ENABLE ALWAYS TRIGGER consent_request_append_only;
ALTER TABLE consent_request ENABLE ALWAYS TRIGGER consent_request_accounted;
ALTER TABLE consent ENABLE ALWAYS TRIGGER consent_within_request;
ALTER TABLE consent ENABLE ALWAYS TRIGGER consent_kept;
ALTER TABLE consent ENABLE ALWAYS TRIGGER consent_append_only;
ALTER TABLE consent ENABLE ALWAYS TRIGGER consent_accounted;
ALTER TABLE consent_use ENABLE ALWAYS TRIGGER consent_use_kept;
ALTER TABLE consent_use ENABLE ALWAYS TRIGGER consent_use_append_only;
ALTER TABLE consent_use ENABLE ALWAYS TRIGGER consent_use_accounted;
ALTER TABLE consent_event ENABLE ALWAYS TRIGGER consent_event_kept;
ALTER TABLE consent_event ENABLE ALWAYS TRIGGER consent_event_append_only;
ALTER TABLE consent_event ENABLE ALWAYS TRIGGER consent_event_accounted;
ALTER TABLE consent_event ENABLE ALWAYS TRIGGER consent_event_logged;

-- Release against revocation ------------------------------------------------------------------------------------------

CREATE FUNCTION consent_lock(consent uuid) RETURNS bigint LANGUAGE sql IMMUTABLE SET search_path = pg_catalog AS $$
    SELECT hashtextextended('credit consent ' || consent, 0)
$$;

-- Which of these consents permit a release. What it answers holds until the end of the transaction: whoever ends one of
-- them waits for it. The queue of the advisory lock is fair, that of a row is not: a stream of releases, each with its
-- share of the row, would keep a revocation waiting for ever. Whoever changes a consent takes the same lock whole.
CREATE FUNCTION consents_permitting(ids uuid[]) RETURNS SETOF uuid
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog AS $$
BEGIN
    PERFORM pg_advisory_xact_lock_shared(each) FROM (
        SELECT DISTINCT public.consent_lock(id) AS each FROM unnest(ids) AS id ORDER BY 1
    ) AS locks;
    -- A statement of its own: it sees what the locks waited for.
    RETURN QUERY SELECT id FROM public.consent
        WHERE id = ANY(ids) AND state = 'ACTIVE' AND clock_timestamp() < expires_at ORDER BY id FOR SHARE;
END
$$;
