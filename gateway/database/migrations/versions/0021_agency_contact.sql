-- How persons reach an institution: on every notice of what it asks for (PIPL-23).
ALTER TABLE agency ADD COLUMN contact text;
