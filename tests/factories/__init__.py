"""Small worlds for tests: only what a test is about has to be said."""
