"""What an agency records about its clients: details, touchpoints, observations, snoozes, and how they are erased.

Never here: how a client is assessed. Code that changes a fact requests a new assessment (`clients.mark_changed`).
"""
