"""Block Kit: data and a translator in, a dict out.

Belongs here: what people read, and how it is laid out. Never here: a session, a clock, settings.
"""
