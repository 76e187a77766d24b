"""The foundation: database and tables, migrations, settings, services, translation, idempotency, shutdown.

Never here: what a row means to an agency, anything specific to Slack, or a decision.
"""
