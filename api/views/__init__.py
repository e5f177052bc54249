"""One noun, one blueprint, one file."""
