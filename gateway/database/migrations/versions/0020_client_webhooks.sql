-- Where a client wants to be told how its requests for consents stand (gateway/outbox/clients). The secret that signs what
-- it is told is sealed under the keys of the installation.

CREATE TABLE client_webhook (
    client_id text PRIMARY KEY REFERENCES client,
    address text NOT NULL,
    secret bytea NOT NULL,
    CONSTRAINT client_webhook_address CHECK (address ~ '^https?://')
);

-- The word for a state that a client is told (gateway/consents/standing); null where it is told nothing.
CREATE FUNCTION consent_word(state text) RETURNS text LANGUAGE sql IMMUTABLE SET search_path = pg_catalog AS $$
    SELECT CASE
        WHEN state IN ('GRANTED', 'ACTIVE') THEN 'active'
        WHEN state IN ('DENIED', 'LAPSED') THEN 'not_granted'
        WHEN state IN ('SUSPENDED', 'EXHAUSTED', 'EXPIRED', 'REVOKED') THEN 'ended'
    END
$$;

-- INVARIANT: the message to the client is written down with what happened, in its transaction, by whichever road it
-- happens; and it holds no more than the id of the consent and a word.
CREATE FUNCTION consent_told_to_client() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog AS $$
BEGIN
    INSERT INTO public.outbox (id, channel, recipient, topic, body, queued_at, due_at)
    SELECT gen_random_uuid(), 'WEBHOOK', 'client:' || request.client_id, 'consent',
        '{"consent_id":"' || NEW.consent || '","status":"' || public.consent_word(NEW.what) || '"}', moment.ms, moment.ms
    FROM public.consent_request AS request
    JOIN public.client_webhook USING (client_id),
        LATERAL (SELECT (extract(epoch FROM clock_timestamp()) * 1000)::bigint AS ms) AS moment
    WHERE request.id = NEW.consent AND public.consent_word(NEW.what) IS NOT NULL;
    RETURN NULL;
END
$$;
CREATE TRIGGER consent_told_to_client AFTER INSERT ON consent_event
    FOR EACH ROW EXECUTE FUNCTION consent_told_to_client();
ALTER TABLE consent_event ENABLE ALWAYS TRIGGER consent_told_to_client;
