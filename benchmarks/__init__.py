"""What `dev.py bench` and `dev.py evaluate` run."""
