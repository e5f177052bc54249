"""The customers' face: what a company sees of its account, and how it pays."""
