"""For whom passkeys of this portal are."""

from foundation.web.requests import wiring
from people.passkeys import Site


def site_here() -> Site:
    """This portal, by its address."""
    settings = wiring().settings
    return Site(origin=settings.portal_url, name=settings.seller_name, keys=settings.secret_keys)
