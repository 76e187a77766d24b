"""Block Kit: data and a translator in, a dict out. No session, no clock, no settings."""
