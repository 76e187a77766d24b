"""What everything stands on: the database and its tables, settings, services, translation, once-only marks, shutdown.

Never here: what a row means to an agency, anything of Slack's, or a decision.
"""
