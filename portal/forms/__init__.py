"""Text in, Money and dates out; one noun, one file."""
