"""Spreadsheets as people keep them, in; typed rows and refusals with their reasons, out.

Here are files, encodings, delimiters, column names, dates and decimals. Never here: the database, and what a row means
to the clients already known, which is `bot.imports`' matter. `bot.intake.reading.open_file` is the way in.
"""
