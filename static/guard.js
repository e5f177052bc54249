// A second press of the same button does nothing. The server is safe without this (every money
// form carries its own operation id); it only spares the reader a wondering second click.
// Menus made of <details> close on Escape and when the reader goes elsewhere.

const sent = new WeakMap(); // each form with the button it was last sent by

document.addEventListener("submit", (event) => {
  const form = event.target;
  if (form.method !== "post") return;
  if (sent.has(form) && sent.get(form) === event.submitter) { event.preventDefault(); return; }
  sent.set(form, event.submitter);
  event.submitter?.setAttribute("aria-disabled", "true");
  const spoken = event.submitter?.dataset.sending;
  if (spoken) { event.submitter.dataset.before = event.submitter.textContent; event.submitter.textContent = spoken; }
});

// The back button may bring the page back as it was left: make it usable again.
addEventListener("pageshow", (event) => {
  if (!event.persisted) return;
  document.querySelectorAll("form").forEach((form) => sent.delete(form));
  document.querySelectorAll("[aria-disabled=true]").forEach((button) => {
    button.removeAttribute("aria-disabled");
    if (button.dataset.before) button.textContent = button.dataset.before;
  });
});

const menus = [...document.querySelectorAll("details.menu")];
document.addEventListener("click", (event) => {
  menus.filter((menu) => !menu.contains(event.target)).forEach((menu) => { menu.open = false; });
});
document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  menus.filter((menu) => menu.open).forEach((menu) => { menu.open = false; menu.querySelector("summary").focus(); });
});

document.querySelector("[data-take-focus]")?.focus();
document.querySelectorAll("[data-print]").forEach((button) => {
  button.hidden = false;
  button.addEventListener("click", () => print());
});
