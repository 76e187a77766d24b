"""What an agency records of its clients: details, touchpoints, observations, snoozes, and how all of it is erased.

Never here: how a client is judged. Whoever changes a fact here asks for a new judgement (`clients.touch`).
"""
