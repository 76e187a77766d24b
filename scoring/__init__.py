"""The judgement: facts in, assessment out.

Standard library only. No clock (``now`` is a parameter), no database, no Slack and no words: what is said about a
signal is made from its evidence, elsewhere, in the reader's language.
"""
