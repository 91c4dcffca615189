"""An OpenID Connect provider for trials: whoever comes chooses which invented person to be. Never in production."""
