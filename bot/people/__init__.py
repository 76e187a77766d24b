"""People and agencies: members, access, workspaces, preferences, and when a digest is due.

Never here: clients' facts, assessment, or the text of messages. Only `directory` calls Slack.
"""
