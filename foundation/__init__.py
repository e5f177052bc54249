"""What everything stands on: money, clocks, settings, words, mail. Imports no room above it."""
