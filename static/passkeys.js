// Passkeys: a form that carries the browser's options fetches the device's answer before it is sent.
// Where the browser knows no passkeys the form stays hidden, and the page says how else to go on.
const known = window.PublicKeyCredential?.parseRequestOptionsFromJSON
  && window.PublicKeyCredential?.parseCreationOptionsFromJSON;

async function answerOf(form) {
  const options = JSON.parse(form.dataset.options);
  const made = form.dataset.passkey === "add"
    ? await navigator.credentials.create({ publicKey: PublicKeyCredential.parseCreationOptionsFromJSON(options) })
    : await navigator.credentials.get({ publicKey: PublicKeyCredential.parseRequestOptionsFromJSON(options) });
  return JSON.stringify(made.toJSON());
}

for (const form of known ? document.querySelectorAll("form[data-passkey]") : []) {
  const failed = form.querySelector("[data-failed]");
  const button = form.querySelector("button[type=submit]");
  form.hidden = false;
  form.addEventListener("submit", async (event) => {
    if (form.elements.answer.value || !form.reportValidity()) return;
    event.preventDefault();
    event.stopPropagation(); // not sent yet: a second press after a failure must count
    failed.hidden = true;
    button.disabled = true;
    try {
      form.elements.answer.value = await answerOf(form);
      form.submit();
    } catch {
      failed.hidden = false; // called off, timed out, or no such passkey: the browser said why
      button.disabled = false;
    }
  });
}

for (const note of known ? document.querySelectorAll("[data-without-passkeys]") : []) note.hidden = true;
