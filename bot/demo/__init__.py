"""A pretend agency, and the whole bot at work for it: for `make demo`, the tests and the screenshots.

Here: its people, its clients' stories and the spreadsheets that follow from them, and what installs and starts the
demo. Never here: anything that a real agency's bot needs.
"""
