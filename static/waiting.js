// Looks after a payment that is not certain yet: asks our own server, ever less often, and shows
// the page anew when something has become known. Without this the reader presses "Ask again now".

const note = document.querySelector("[data-watch]");
const FIRST_MS = 1500;
const SLOWEST_MS = 15000;

async function ask() {
  const answer = await fetch(note.dataset.watch, { headers: { accept: "application/json" } });
  if (!answer.ok) return note.dataset.version;
  return (await answer.json()).version;
}

function watch(pause) {
  setTimeout(async () => {
    const version = await ask().catch(() => note.dataset.version);
    if (version !== note.dataset.version) location.reload();
    else watch(Math.min(pause * 1.4, SLOWEST_MS));
  }, document.hidden ? SLOWEST_MS : pause);
}

if (note) {
  note.hidden = false;
  watch(FIRST_MS);
}
