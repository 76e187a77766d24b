"""What a row of a file means: which client and member it names, and what its amounts are in minor units.

For each kind a function maps typed values to a record of its table, or says why not; `registry` lists them. Never here:
reading files (`bot.importing.parsing`) and writing rows (`bot.importing.bulk_upsert`).
"""
