-- Registered relations (gateway/consents/relations.py): who may decide about consents for whom. What was registered is
-- never changed; it ends by itself, or by a row of its own, with their entries in the log.

CREATE TABLE relation (
    id uuid PRIMARY KEY,
    kind text NOT NULL,
    subject bigint NOT NULL,
    subject_digest bytea NOT NULL,
    "natural" boolean NOT NULL,
    born date,
    actor bigint NOT NULL,
    purposes text[] NOT NULL,
    first date NOT NULL,
    ended date NOT NULL,
    clients text[] NOT NULL,
    protected boolean NOT NULL,
    evidence text NOT NULL,
    contact bytea,
    registered_at timestamptz NOT NULL DEFAULT now(),
    registered_by text NOT NULL,
    entry uuid NOT NULL,
    CONSTRAINT relation_kind_known CHECK (kind IN ('GUARDIAN', 'COURT_GUARDIAN', 'AGENT', 'REPRESENTATIVE')),
    CONSTRAINT relation_of_its_kind CHECK ("natural" = (kind <> 'REPRESENTATIVE')),
    CONSTRAINT relation_of_a_known_age CHECK ("natural" = (born IS NOT NULL)),
    CONSTRAINT relation_of_two CHECK (actor <> subject),
    CONSTRAINT relation_for_something CHECK (cardinality(purposes) > 0 AND evidence <> ''),
    -- Nobody decides for another without end (WH-二(六)2): a guardian until the ward is of age, the others for ten years.
    CONSTRAINT relation_has_an_end CHECK (
        isfinite(first) AND isfinite(ended) AND first < ended
        AND ended <= CASE kind WHEN 'GUARDIAN' THEN born + interval '18 years 1 day' ELSE first + interval '10 years' END
    )
);
CREATE INDEX relation_subject ON relation (subject);
CREATE INDEX relation_actor ON relation (actor);

CREATE TABLE relation_end (
    relation uuid PRIMARY KEY REFERENCES relation,
    ended_at timestamptz NOT NULL DEFAULT now(),
    reason text NOT NULL,
    ended_by text NOT NULL,
    entry uuid NOT NULL,
    CONSTRAINT relation_end_for_a_reason CHECK (reason <> '')
);

-- What the subject of a consent is told (gateway/consents/notices.py): of each event and of each use once. A row stands
-- here from the moment of what it tells; "messages" are those of the outbox, none where there is no address or it was
-- not wanted, and null until that was seen to.
CREATE TABLE consent_notice (
    consent uuid NOT NULL REFERENCES consent_request,
    what text NOT NULL,
    n integer NOT NULL,
    at timestamptz NOT NULL DEFAULT now(),
    messages uuid[],
    PRIMARY KEY (consent, what, n),
    CONSTRAINT consent_notice_known CHECK (what IN ('EVENT', 'USE', 'ENDING'))
);
CREATE INDEX consent_notice_due ON consent_notice (at) WHERE messages IS NULL;

-- Consents of whose repeated uses the subject does not want to be told: of the first, and of the end, it always is.
CREATE TABLE consent_quiet (
    consent uuid PRIMARY KEY REFERENCES consent,
    since timestamptz NOT NULL DEFAULT now()
);

CREATE FUNCTION representation_refuse() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog AS $$
BEGIN
    RAISE EXCEPTION 'relations and notices are append-only' USING ERRCODE = 'integrity_constraint_violation';
END
$$;

CREATE TRIGGER relation_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON relation
    FOR EACH STATEMENT EXECUTE FUNCTION representation_refuse();
CREATE TRIGGER relation_end_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON relation_end
    FOR EACH STATEMENT EXECUTE FUNCTION representation_refuse();
CREATE TRIGGER consent_notice_once BEFORE UPDATE ON consent_notice
    FOR EACH ROW WHEN (OLD.messages IS NOT NULL) EXECUTE FUNCTION representation_refuse();
CREATE TRIGGER consent_notice_kept BEFORE DELETE OR TRUNCATE ON consent_notice
    FOR EACH STATEMENT EXECUTE FUNCTION representation_refuse();

-- INVARIANT: what is told of is written down with what happened, in its transaction, by whichever road it happens.
CREATE FUNCTION consent_event_told() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog AS $$
BEGIN
    IF NEW.what IN ('GRANTED', 'SUSPENDED', 'ACTIVE', 'EXHAUSTED', 'EXPIRED', 'REVOKED') THEN
        INSERT INTO public.consent_notice (consent, what, n) VALUES (NEW.consent, 'EVENT', NEW.n)
            ON CONFLICT DO NOTHING;
    END IF;
    RETURN NULL;
END
$$;
CREATE FUNCTION consent_use_told() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog AS $$
BEGIN
    INSERT INTO public.consent_notice (consent, what, n) VALUES (NEW.consent, 'USE', NEW.n) ON CONFLICT DO NOTHING;
    RETURN NULL;
END
$$;
CREATE TRIGGER consent_event_told AFTER INSERT ON consent_event
    FOR EACH ROW EXECUTE FUNCTION consent_event_told();
CREATE TRIGGER consent_use_told AFTER INSERT ON consent_use
    FOR EACH ROW EXECUTE FUNCTION consent_use_told();

-- Also in a session that asks for no triggers (session_replication_role).
ALTER TABLE relation ENABLE ALWAYS TRIGGER relation_append_only;
ALTER TABLE relation_end ENABLE ALWAYS TRIGGER relation_end_append_only;
ALTER TABLE consent_notice ENABLE ALWAYS TRIGGER consent_notice_once;
ALTER TABLE consent_notice ENABLE ALWAYS TRIGGER consent_notice_kept;
ALTER TABLE consent_event ENABLE ALWAYS TRIGGER consent_event_told;
ALTER TABLE consent_use ENABLE ALWAYS TRIGGER consent_use_told;

-- Whether the subject is no more: that alone is told of it, and of somebody of whom nothing is known it is not so.
CREATE FUNCTION subject_is_no_more(bigint) RETURNS boolean
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog AS $$
    SELECT EXISTS (
        SELECT FROM public.subject
        WHERE id = $1 AND status = CASE WHEN "natural" THEN 'DECEASED' ELSE 'DEREGISTERED' END
    )
$$;

-- The consents that are open though their subject is no more: their ids alone.
CREATE FUNCTION consents_of_no_more() RETURNS SETOF uuid
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog AS $$
    SELECT consent.id FROM public.consent JOIN public.consent_request AS request ON request.id = consent.id
    JOIN public.subject ON subject.id = request.subject
    WHERE consent.state IN ('ACTIVE', 'SUSPENDED')
        AND subject.status = CASE WHEN subject."natural" THEN 'DECEASED' ELSE 'DEREGISTERED' END
$$;
