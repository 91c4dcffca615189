"""The regulations beside the catalogue: purposes, measures, lists, jurisdictions, ceilings, and what they cite."""
