"""The command line: a file for each command or group of commands, beside what several of them share.

Shared are `context` (settings, database, workspace, options), `services`, `logs`, `output`, `assessed_clients` and
`lookback`. Heavy imports stand inside the functions, so that `--help` is quick. Never here: rules about clients or
messages; a command reads its arguments, calls the rooms that know, and prints.
"""
