"""`dev.py evaluate FOLDER`: what the product makes of real data, against calculations of its own.

The folder holds `truth/<set>/invoices.csv.gz`. Nothing of it is kept: each set is imported into a
database that is gone afterwards.
"""
