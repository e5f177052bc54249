"""How Quittance runs: the faces' WSGI entries, the demo's supervisor, the command line.

The only room that knows every face. Nothing in here decides anything about money.
"""
