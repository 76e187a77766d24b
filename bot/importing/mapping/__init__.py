"""What a row of a file means here: which client and member it names, what its amounts are in minor units.

A function a kind turns typed values into a record of its table, or says why not; `landings` lists them. Files are
`bot.importing.parsing`'s matter, writing is `bot.importing.bulk_upsert`'s.
"""
