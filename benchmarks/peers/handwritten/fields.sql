SELECT json_build_object('data', json_build_object('subject', (
  SELECT json_build_object('name', name, 'status', status, 'registeredAddress', registered_address)
  FROM bench.subject WHERE uscc = $1)))::text
