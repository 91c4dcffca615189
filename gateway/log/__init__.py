"""How is the ledger read and opened for whoever may see it? Keys, pages of entries, and what two officers unseal."""
