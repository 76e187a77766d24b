"""Spreadsheets in and out: parsing a file, mapping its rows to records, writing them in bulk, exporting.

Never here: judgement. An import marks what it changed (`clients.touch`, `workspaces.mark_benchmarks_outdated`).
"""
