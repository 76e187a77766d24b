"""From rows to judgement and back: facts read, `scoring` asked, assessments and breaches stored.

Never here: formulas (they are in `scoring`), words, or who is told.
"""
