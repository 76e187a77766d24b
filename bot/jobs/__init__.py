"""What the timers do, one item a call: sweep, digest, delivery, escalations.

Never here: what is decided about one client or one person; that is asked of the rooms below.
"""
