-- What the alert rules find (gateway/watch). Persons stand here as keyed digests only; times are ms since the epoch; "entry"
-- is that of the log. What was found, and what was done about it, is append-only.

CREATE TABLE finding (
    id uuid PRIMARY KEY,
    rule text NOT NULL,
    about text NOT NULL,
    refs jsonb NOT NULL,
    figures jsonb NOT NULL,
    evidence uuid[] NOT NULL,
    found_at bigint NOT NULL,
    entry uuid NOT NULL
);
CREATE INDEX finding_evidence ON finding USING gin (evidence);
CREATE INDEX finding_about ON finding (rule, about, found_at);

CREATE TABLE finding_step (
    finding uuid NOT NULL REFERENCES finding,
    state text NOT NULL,
    owner text NOT NULL,
    reason text NOT NULL,
    at bigint NOT NULL,
    entry uuid NOT NULL,
    PRIMARY KEY (finding, entry),
    CONSTRAINT finding_step_state_known CHECK (state IN ('OWNED', 'CLOSED')),
    CONSTRAINT finding_step_closed_for_a_reason CHECK (state <> 'CLOSED' OR reason <> '')
);

-- What the rules remember beyond a day: how much an operator or an agency is used to ask, from where, and since when.
CREATE TABLE watch_habit (
    who text NOT NULL,
    day date NOT NULL,
    persons integer NOT NULL,
    busiest integer NOT NULL,
    PRIMARY KEY (who, day)
);
CREATE TABLE watch_seen (
    who text NOT NULL,
    network bytea NOT NULL,
    first_seen bigint NOT NULL,
    last_seen bigint NOT NULL,
    PRIMARY KEY (who, network)
);

-- Persons whose every look-up is an alert, as keyed digests.
CREATE TABLE watch_protected (
    subject_ref bytea PRIMARY KEY,
    since bigint NOT NULL
);

-- Messages on their way (gateway/outbox): delivered at least once, given up in the end. They hold nothing of any person;
-- "recipient" is a name that whoever delivers turns into an address.
CREATE TABLE outbox (
    id uuid PRIMARY KEY,
    channel text NOT NULL,
    recipient text NOT NULL,
    topic text NOT NULL,
    body text NOT NULL,
    queued_at bigint NOT NULL,
    due_at bigint NOT NULL,
    attempts integer NOT NULL DEFAULT 0,
    state text NOT NULL DEFAULT 'QUEUED',
    failure text,
    settled_at bigint,
    CONSTRAINT outbox_channel_known CHECK (channel IN ('WEBHOOK', 'EMAIL', 'SMS')),
    CONSTRAINT outbox_state_known CHECK (state IN ('QUEUED', 'SENT', 'DEAD')),
    CONSTRAINT outbox_settled CHECK ((state = 'QUEUED') = (settled_at IS NULL))
);
CREATE INDEX outbox_due ON outbox (due_at) WHERE state = 'QUEUED';

-- Acts that need another person, or two (gateway/approvals): asked for, approved by one and another, done or withdrawn.
CREATE TABLE approval_request (
    id uuid PRIMARY KEY,
    act text NOT NULL,
    about text NOT NULL,
    asked_by text NOT NULL,
    asker text NOT NULL,
    reason text NOT NULL,
    asked_at bigint NOT NULL,
    ends_at bigint NOT NULL,
    needed integer NOT NULL,
    entry uuid NOT NULL,
    CONSTRAINT approval_request_needs_somebody CHECK (needed IN (1, 2)),
    CONSTRAINT approval_request_has_a_reason CHECK (reason <> ''),
    CONSTRAINT approval_request_ends_later CHECK (ends_at > asked_at)
);
CREATE TABLE approval (
    request uuid NOT NULL REFERENCES approval_request,
    approver text NOT NULL,
    given_by text NOT NULL,
    given_at bigint NOT NULL,
    entry uuid NOT NULL,
    PRIMARY KEY (request, approver)
);
CREATE TABLE approval_use (
    request uuid PRIMARY KEY REFERENCES approval_request,
    used_at bigint NOT NULL,
    entry uuid NOT NULL
);

CREATE FUNCTION watching_refuse() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog AS $$
BEGIN
    RAISE EXCEPTION 'findings and approvals are append-only' USING ERRCODE = 'integrity_constraint_violation';
END
$$;

-- Nobody approves what he or she has asked for, nothing is approved after its end, and no approval is used twice or alone.
CREATE FUNCTION approval_given() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog AS $$
DECLARE
    request public.approval_request;
BEGIN
    SELECT * INTO request FROM public.approval_request WHERE id = NEW.request FOR UPDATE;
    IF NEW.approver = request.asker OR NEW.given_at >= request.ends_at OR EXISTS (
        SELECT FROM public.approval_use WHERE approval_use.request = NEW.request
    ) THEN
        RAISE EXCEPTION 'this approval does not count' USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END
$$;
CREATE FUNCTION approval_used() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog AS $$
DECLARE
    request public.approval_request;
BEGIN
    SELECT * INTO request FROM public.approval_request WHERE id = NEW.request FOR UPDATE;
    IF NEW.used_at >= request.ends_at
        OR (SELECT count(*) FROM public.approval WHERE approval.request = NEW.request) < request.needed THEN
        RAISE EXCEPTION 'not enough persons have approved it in time' USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END
$$;

CREATE TRIGGER approval_given BEFORE INSERT ON approval FOR EACH ROW EXECUTE FUNCTION approval_given();
CREATE TRIGGER approval_used BEFORE INSERT ON approval_use FOR EACH ROW EXECUTE FUNCTION approval_used();
CREATE TRIGGER finding_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON finding
    FOR EACH STATEMENT EXECUTE FUNCTION watching_refuse();
CREATE TRIGGER finding_step_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON finding_step
    FOR EACH STATEMENT EXECUTE FUNCTION watching_refuse();
CREATE TRIGGER approval_request_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON approval_request
    FOR EACH STATEMENT EXECUTE FUNCTION watching_refuse();
CREATE TRIGGER approval_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON approval
    FOR EACH STATEMENT EXECUTE FUNCTION watching_refuse();
CREATE TRIGGER approval_use_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON approval_use
    FOR EACH STATEMENT EXECUTE FUNCTION watching_refuse();

-- System, security and audit administrators exclude one another (三员分立): a person, as the organisation numbers its staff,
-- holds one of the three or none.
CREATE TABLE administrator (
    organisation text NOT NULL,
    staff_number text NOT NULL,
    duty text NOT NULL,
    since bigint NOT NULL,
    PRIMARY KEY (organisation, staff_number),
    CONSTRAINT administrator_duty_known CHECK (duty IN ('SYSTEM', 'SECURITY', 'AUDIT'))
);

-- Also in a session that asks for no triggers (session_replication_role).
ALTER TABLE approval ENABLE ALWAYS TRIGGER approval_given;
ALTER TABLE approval ENABLE ALWAYS TRIGGER approval_append_only;
ALTER TABLE approval_use ENABLE ALWAYS TRIGGER approval_used;
ALTER TABLE approval_use ENABLE ALWAYS TRIGGER approval_use_append_only;
ALTER TABLE approval_request ENABLE ALWAYS TRIGGER approval_request_append_only;
ALTER TABLE finding ENABLE ALWAYS TRIGGER finding_append_only;
ALTER TABLE finding_step ENABLE ALWAYS TRIGGER finding_step_append_only;
