"""A keyboard and nothing else: every stop of the focus is looked at on the way."""

from dataclasses import dataclass, field

from playwright.sync_api import Page

STOPS_MAX = 150
# What has the focus: its words, where it is on the page, whether it can be seen to have it, and
# whether something lies over it.
STOP = """() => {
  const it = document.activeElement;
  if (!it || it === document.body) return null;
  const box = it.getBoundingClientRect();
  const style = getComputedStyle(it);
  const over = document.elementFromPoint(box.x + box.width / 2, box.y + box.height / 2);
  const label = it.labels?.[0];
  return {
    words: (it.getAttribute("aria-label") || it.innerText || it.value || "").trim(),
    name: it.name || "", type: it.type || it.tagName.toLowerCase(),
    place: [...document.querySelectorAll("*")].indexOf(it),
    ringed: it.matches(":focus-visible") && style.outlineStyle !== "none"
      && parseFloat(style.outlineWidth) >= 2,
    covered: !(over && (it.contains(over) || over.contains(it) || label?.contains(over))),
    small: box.width < 12 || box.height < 12, // clipped away, yet in the way
  };
}"""


@dataclass
class Keys:
    """Moves by Tab, acts by Enter and Space. `faults` are stops nobody could follow."""

    page: Page
    faults: list[str] = field(default_factory=list)

    def tab(self) -> dict | None:
        """One stop further."""
        before = self.page.evaluate(STOP)
        self.page.keyboard.press("Tab")
        stop = self.page.evaluate(STOP)
        if stop is None:
            return None
        if before and stop["place"] < before["place"]:
            self.faults.append(f"{stop['words']!r} comes after {before['words']!r}")
        wrongs = [
            *(["no ring"] if not stop["ringed"] else []),
            *(["covered"] if stop["covered"] else []),
            *(["too small to see"] if stop["small"] else []),
        ]
        self.faults += [f"{stop['words'] or stop['name']!r}: {wrong}" for wrong in wrongs]
        return stop

    def tab_to(self, words: str = "", *, name: str = "") -> None:
        """On to the next stop of these words or this name."""
        self.page.wait_for_load_state()
        for _ in range(STOPS_MAX):
            stop = self.tab()
            if stop and (stop["words"].startswith(words) if words else stop["name"] == name):
                return
        raise AssertionError(f"no stop at {words or name!r}")

    def press(self, words: str) -> None:
        """On to this link or button, and Enter."""
        self.tab_to(words)
        self.page.keyboard.press("Enter")

    def tick(self) -> None:
        """On to the next box, and Space."""
        self.tab_to(name="invoice_id")
        self.page.keyboard.press("Space")

    def type(self, name: str, text: str) -> None:
        """On to this field; what was in it gives way, as it does when one tabs into a field."""
        self.tab_to(name=name)
        self.page.keyboard.type(text)
