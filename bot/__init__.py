"""The house: the records, the jobs, the words and everything that runs them."""
