"""The door: what Slack says, in; what we answer, out."""
