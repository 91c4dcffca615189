"""The tables that hold subjects, their records, the measures taken on them, and who may ask: one module per family of rows."""
