"""Access to Slack: clients by team, the meaning of its errors, the app's manifest.

Never here: what is sent, or when. New messages go only through `bot.messaging.outbox`.
"""
