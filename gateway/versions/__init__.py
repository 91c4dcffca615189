"""The versions of the policy: signed bundles, approved, put in force, followed by every process, rolled back."""
