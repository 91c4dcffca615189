SELECT json_build_object('data', json_build_object('records', json_build_object('edges', (
  SELECT coalesce(json_agg(json_build_object('node', json_build_object(
    'documentNumber', r.document_number, 'decidedOn', r.decided_on, 'validUntil', r.valid_until,
    'severity', r.severity, 'status', r.status, 'content', r.content,
    'authority', json_build_object('name', (SELECT name FROM bench.agency WHERE id = r.authority_id)),
    'subject', json_build_object('name', (SELECT name FROM bench.subject WHERE id = r.subject_id))))), '[]')
  FROM (SELECT * FROM bench.record WHERE item = 'PENALTY' ORDER BY decided_on DESC, id DESC LIMIT 100) AS r))))::text
