"""Atrisk: the database, the domain, the jobs, the views and the processes that run them.

Never here: scoring (`scoring`), or handling what Slack sends (`handlers`).
"""
