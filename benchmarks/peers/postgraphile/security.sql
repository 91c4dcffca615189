-- Row security as the gateway's own second wall has it for sharing, the role that every request takes on, and what
-- PostGraphile must be told of views: their keys. Run by the owner after the views.

DO $$ BEGIN
  IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'bench_tender') THEN
    CREATE ROLE bench_tender NOLOGIN;
    CREATE ROLE bench_login LOGIN NOINHERIT;
    GRANT bench_tender TO bench_login;
  END IF;
END $$;
ALTER ROLE bench_login PASSWORD '{secret}';
GRANT CONNECT ON DATABASE {database} TO bench_login;
GRANT USAGE ON SCHEMA public, bench TO bench_tender;
GRANT SELECT ON public.subject, public.record, public.measure, public.agency TO bench_tender;
GRANT SELECT ON ALL TABLES IN SCHEMA bench TO bench_tender;

DROP POLICY IF EXISTS bench_reads ON public.subject;
DROP POLICY IF EXISTS bench_reads ON public.record;
DROP POLICY IF EXISTS bench_reads ON public.measure;
CREATE POLICY bench_reads ON public.subject FOR SELECT TO bench_tender USING (true);
CREATE POLICY bench_reads ON public.record FOR SELECT TO bench_tender
  USING (NOT sealed AND NOT minor_at_event AND state IN ('ACTIVE', 'CORRECTED', 'REVOKED'));
CREATE POLICY bench_reads ON public.measure FOR SELECT TO bench_tender
  USING (record_id IS NULL OR EXISTS (SELECT FROM public.record WHERE record.id = measure.record_id));

COMMENT ON VIEW bench.agency IS E'@primaryKey id';
COMMENT ON VIEW bench.subject IS E'@primaryKey id\n@unique uscc';
COMMENT ON VIEW bench.record IS
  E'@primaryKey id\n@foreignKey (subject_id) references subject (id)\n@foreignKey (authority_id) references agency (id)';
COMMENT ON VIEW bench.measure IS E'@primaryKey id\n@foreignKey (subject_id) references subject (id)';
