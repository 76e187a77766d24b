"""The judgement: facts in, assessment out.

Standard library only. No clock (``now`` is a parameter), no database, no Slack and no texts: the sentence about a
signal is made elsewhere, from its evidence, in the reader's language.
"""
