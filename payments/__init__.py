"""How money reaches us."""
