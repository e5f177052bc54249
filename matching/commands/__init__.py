"""The commands of `python -m matching`: CSV files in, decisions, words and memory out."""
