"""The register of every query: durable before anything is answered, append-only, without personal data (WH-二(六)1)."""
