"""The engine: which open items a payment settles, or why nobody can know.

Pure: values in, values out. No database, no clock, no network; the same input and the same model
give the same bytes. Amounts are integers in minor units of one currency, currencies never mix.
"""
