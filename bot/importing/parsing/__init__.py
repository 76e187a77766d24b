"""Reads spreadsheets as people keep them, and returns typed rows, or refusals with their reasons.

Here are files, encodings, delimiters, column names, dates and decimals; `reader.open_file` is the way in. Never here:
the database, and what a row means for the clients already known (`bot.importing.mapping`).
"""
