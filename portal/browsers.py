"""What a browser calls itself, in two words a person recognises."""

BROWSERS = (  # the first that fits: most of them also name the ones below
    ("Edg", "Edge"),
    ("OPR/", "Opera"),
    ("SamsungBrowser", "Samsung Internet"),
    ("Firefox/", "Firefox"),
    ("FxiOS", "Firefox"),
    ("Chrome/", "Chrome"),
    ("CriOS", "Chrome"),
    ("Safari/", "Safari"),
)
SYSTEMS = (
    ("Windows", "Windows"),
    ("Android", "Android"),
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("CrOS", "ChromeOS"),
    ("Mac OS X", "macOS"),
    ("Linux", "Linux"),
)


def browser_name(agent: str) -> str | None:
    """ "Firefox" for a browser we know by name."""
    return next((name for sign, name in BROWSERS if sign in agent), None)


def system_name(agent: str) -> str | None:
    """ "Windows" for a system we know by name."""
    return next((name for sign, name in SYSTEMS if sign in agent), None)
