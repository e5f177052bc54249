"""Choosing invoices, and how much of each to pay."""
