"""Run other libraries on random weights, and keep what they compute for the tests; see `__main__`."""
