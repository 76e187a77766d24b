"""Data to show about many clients at once: cards, portfolio statistics, the agency's numbers.

Never here: texts and blocks (`bot.views`), or writing anything.
"""
