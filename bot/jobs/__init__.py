"""The work of the worker's timers, one item a call: sweep, digest, delivery, escalations, housekeeping, people.

Never here: rules about a single client or person; those are in the packages below.
"""
