"""Looking back: what a policy would have said over the stored history, and what weights that history suggests.

Nothing here runs in the bot's own process: the command line alone asks for it. `scorecard` and `chart` need libraries
of the optional extra ``insight``; everything else does not. Never here: a judgement (`scoring`), or anything written.
"""
