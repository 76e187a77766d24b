"""Talking to Slack: clients by team, what its errors mean, the app's manifest.

Never here: what is said, and when. New messages go through `bot.messaging.outbox` alone.
"""
