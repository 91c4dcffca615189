"""The tables: subjects, their records, the measures taken on them, and who may ask; one module for each kind of row."""
