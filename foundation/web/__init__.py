"""What every face shares: requests, policy, pages, forms, errors, headers, health.

The only part of the ground that knows Flask; only faces import it.
"""
