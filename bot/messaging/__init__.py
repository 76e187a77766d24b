"""Messages to be sent: the outbox, the decision about nudges, the summary after an absence.

Never here: posting to Slack (`bot.jobs.delivery`), or the text of messages (`bot.views`).
"""
