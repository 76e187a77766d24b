"""A pretend agency: its people and its CSV files, for the demo, the tests and the screenshots alike."""
