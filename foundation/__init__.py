"""What everything stands on: money, clocks, settings, words, documents, mail. Imports no room above it."""
