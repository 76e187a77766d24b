"""Looking back: what a policy would have said over the stored history, and what weights that history suggests.

An extra outside the bot's own process: the command line alone calls it. `scorecard` and `chart` need libraries of the
optional extra ``insight``; everything else does not. Never here: rules of assessment (`scoring`), or writing to the
database.
"""
