"""Customers and documents out of CSV files: check the whole file, then store it, or nothing.

A file is CSV in UTF-8 (a byte order mark may lead it) with a header line; comma, semicolon or tab
part the fields; a field may be quoted and then hold delimiters and line ends. Column names are
those of customers.py and invoice_rows.py, in any order. Amounts are decimal text with a point, days
are ISO dates. The last line ends like the others, or the file may be cut off. What can be read in
two ways is refused, and so is a file with one bad line.

Each line is recognised by its own numbers, so that the same file again adds nothing, and an import
that was cut short is finished by running it again.
"""
