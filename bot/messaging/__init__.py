"""What is to be said, decided and kept until Slack has it: the outbox, nudges, the summary of an absence.

Never here: posting itself, which is `bot.jobs.delivery`'s.
"""
