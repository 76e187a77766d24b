"""Spreadsheets as people keep them, in; typed rows and refusals with their reasons, out.

Here are files, encodings, delimiters, column names, dates and decimals. Never here: the database, and what a row means
to the clients already known (`bot.importing.mapping`). `reader.open_file` is the way in.
"""
