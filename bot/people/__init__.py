"""Who somebody is and what they may do: members, access, workspaces, preferences, when their digest is due.

Never here: clients' facts, judgement, or a message's words. Only `directory` asks Slack.
"""
