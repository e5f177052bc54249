// Adds up what is ticked (invoice list) or typed (basket) while the reader looks. Amounts are whole
// minor units in BigInt: never a float. What counts is what the server reads; where this cannot
// read an amount, it says so instead of guessing.

const GROUP = { en: ",", fr: "\u202f" };
const POINT = { en: ".", fr: "," };

const decimals = (zero) => (zero.match(/0[.,](0+)/)?.[1].length ?? 0);

// "€0.00" is how the server writes nothing in this currency: the pattern for every other amount.
function written(minor, zero, language) {
  const places = decimals(zero);
  const digits = minor.toString().padStart(places + 1, "0");
  const whole = digits.slice(0, digits.length - places).replace(/\B(?=(\d{3})+$)/g, GROUP[language]);
  const part = places ? POINT[language] + digits.slice(-places) : "";
  return zero.replace(/0([.,]0+)?/, whole + part);
}

// Only the plain ways of writing an amount in this language; null for the rest, and for what
// another language reads differently ("8,50" in English).
const SHAPE = {
  en: /^(?<whole>[1-9]\d{0,2}(?:,\d{3})+|[1-9]\d{0,2}(?: \d{3})+|\d+)(?:\.(?<part>\d+))?$/,
  fr: /^(?<whole>[1-9]\d{0,2}(?:[ \u00a0\u202f]\d{3})+|\d+)(?:(?:,|\.(?=\d{1,2}$))(?<part>\d+))?$/,
};

function read(text, places, language) {
  const { whole, part = "" } = SHAPE[language].exec(text.trim())?.groups ?? {};
  if (!whole || part.length > places) return null;
  return BigInt(whole.replace(/\D/g, "") + part.padEnd(places, "0"));
}

function addSelection(form) {
  const language = form.dataset.language;
  const boxes = [...form.querySelectorAll("input[name=invoice_id]")];
  const sum = form.querySelector("[data-sum]");
  if (!sum) return;
  const zeros = JSON.parse(sum.dataset.zeros);
  const plural = new Intl.PluralRules(language);
  const all = form.querySelector("[data-all]");
  const allBox = all?.querySelector("input");

  function tell() {
    const chosen = boxes.filter((box) => box.checked);
    const totals = new Map();
    chosen.forEach(({ dataset: { minor, currency } }) => totals.set(currency, (totals.get(currency) ?? 0n) + BigInt(minor)));
    sum.hidden = chosen.length === 0;
    const words = plural.select(chosen.length) === "one" ? sum.dataset.one : sum.dataset.many;
    sum.querySelector(".caption").textContent = words.replace("{n}", chosen.length);
    sum.querySelector(".number").textContent = [...totals]
      .map(([currency, minor]) => written(minor, zeros[currency], language)).join(" + ");
    if (allBox) {
      allBox.checked = boxes.length > 0 && chosen.length === boxes.length;
      allBox.indeterminate = chosen.length > 0 && chosen.length < boxes.length;
    }
  }

  if (all && boxes.length) {
    all.hidden = false;
    all.nextElementSibling.hidden = true;
    allBox.addEventListener("change", () => { boxes.forEach((box) => { box.checked = allBox.checked; }); });
  }
  form.addEventListener("change", tell);
  addEventListener("pageshow", tell); // the back button restores ticks after the script ran
  tell();
}

function addPayment(group) {
  const { language, zero } = group.dataset;
  const form = group.closest("form");
  const inputs = [...group.querySelectorAll("input[data-amount]")];
  const total = group.querySelector("[data-total]");
  const pay = group.querySelector("[data-label]");
  group.querySelector("[data-without-script]")?.remove();
  document.querySelector("[data-enter]").addEventListener("click", (event) => {
    if (!group.contains(document.activeElement)) return;
    event.preventDefault();
    pay.click();
  });

  const typed = () => inputs.map((input) => {
    const minor = read(input.value, decimals(zero), language);
    return minor !== null && minor > 0n && minor <= BigInt(input.dataset.amount) ? minor : null;
  });

  function tell() {
    const amounts = typed();
    const isClear = !amounts.includes(null);
    const text = isClear ? written(amounts.reduce((sum, one) => sum + one, 0n), zero, language) : "";
    total.querySelector(".number").textContent = isClear ? text : total.dataset.unclear;
    pay.textContent = isClear ? pay.dataset.label.replace("{amount}", text) : pay.dataset.plain;
  }

  // What was typed is kept as it is typed, each amount by itself and in the order of typing, so that
  // leaving this page loses nothing that could be read.
  let kept = Promise.resolve();
  let overtaken = new AbortController(); // what the form itself sends is newer
  form.addEventListener("submit", () => { overtaken.abort(); overtaken = new AbortController(); });
  function keep({ target }) {
    const place = inputs.indexOf(target);
    if (place < 0 || typed()[place] === null) return;
    const { signal } = overtaken;
    const body = new FormData(form);
    [...body.keys()].forEach((name) => { if (/^(amount|shown)-/.test(name) && name !== target.name) body.delete(name); });
    kept = kept.then(() => fetch(group.dataset.keep, { method: "POST", body, keepalive: true, redirect: "manual", signal }))
      .catch(() => {}); // the server was not reached: paying says so itself
  }

  group.addEventListener("input", tell);
  group.addEventListener("change", keep);
  addEventListener("pageshow", tell);
  tell();
}

document.querySelectorAll("form[data-selection]").forEach(addSelection);
document.querySelectorAll("[data-pay]").forEach(addPayment);
