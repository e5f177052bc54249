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

// Only the plain ways of writing an amount in this language; null for the rest.
function read(text, places, language) {
  const bare = text.trim().replace(language === "fr" ? /[\s\u00a0\u202f]/g : /[,\s]/g, "").replace(",", ".");
  const found = /^(\d+)(?:\.(\d*))?$/.exec(bare);
  if (!found || (found[2] ?? "").length > places) return null;
  return BigInt(found[1] + (found[2] ?? "").padEnd(places, "0"));
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

function addPayment(form) {
  const { language, zero } = form.dataset;
  const inputs = [...form.querySelectorAll("input[data-amount]")];
  const total = form.querySelector("[data-total]");
  const pay = form.querySelector("[data-label]");
  form.querySelector("[data-without-script]")?.remove();

  function tell() {
    const amounts = inputs.map((input) => read(input.value, decimals(zero), language));
    const isClear = !amounts.includes(null);
    const text = isClear ? written(amounts.reduce((sum, one) => sum + one, 0n), zero, language) : "";
    total.querySelector(".number").textContent = isClear ? text : total.dataset.unclear;
    pay.textContent = isClear ? pay.dataset.label.replace("{amount}", text) : pay.dataset.plain;
  }

  form.addEventListener("input", tell);
  addEventListener("pageshow", tell);
  tell();
}

document.querySelectorAll("form[data-selection]").forEach(addSelection);
document.querySelectorAll("form[data-pay]").forEach(addPayment);
