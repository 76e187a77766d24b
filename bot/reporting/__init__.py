"""What a reader is shown of many clients at once: cards, portfolio statistics, the agency's numbers.

Never here: words and blocks (they are in `bot.views`), or anything written.
"""
