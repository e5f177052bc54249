"""What the engine is measured beside: libraries for linking records, and other systems' rules."""
