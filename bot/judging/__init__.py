"""Assessing clients: reads their facts, calls `scoring`, stores assessments and breaches.

Never here: formulas (`scoring`), the text of messages, or who is notified.
"""
