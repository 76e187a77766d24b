"""Spreadsheets in and out: parsing a file, mapping its rows to records, writing them in bulk, exporting.

Never here: assessing clients. An import marks what it changed (`clients.mark_changed`,
`workspaces.mark_benchmarks_outdated`).
"""
