/** Formats figures as text. Money arrives as decimal text and is shown to its last digit. */
const whole = new Intl.NumberFormat("en");
const oneDigit = new Intl.NumberFormat("en", { maximumFractionDigits: 1 });

/** Parses JSON and keeps the exact digits of money as text. */
export function parse(text) {
  return JSON.parse(text, (key, value, context) =>
    typeof value === "number" && key.endsWith("_usd") ? context?.source ?? String(value) : value);
}

export function count(value) {
  return whole.format(value ?? 0);
}

export function rate(value) {
  return value === null ? "…" : oneDigit.format(value) + "/s";
}

/** Formats decimal text with separators between thousands. */
export function usd(text) {
  const [units, decimals = ""] = String(text ?? 0).split(".");
  return units.replace(/\B(?=(\d{3})+$)/g, ",") + "." + decimals.padEnd(2, "0") + " USD";
}

export function percent(part, total) {
  return total > 0 ? oneDigit.format((100 * part) / total) + " %" : "–";
}

/** Formats a time of today as a time, and other times with their day. */
export function time(iso) {
  if (!iso) {
    return "–";
  }
  const date = new Date(iso);
  const clock = date.toLocaleTimeString();
  return date.toDateString() === new Date().toDateString() ? clock : date.toLocaleDateString() + " " + clock;
}

export function millis(value) {
  return value === null || value === undefined ? "–" : value < 10_000 ? count(value) + " ms" : span(value / 1000);
}

/** Formats a duration in seconds by its two largest units. */
export function span(seconds) {
  const s = Math.max(0, Math.round(seconds));
  if (s < 60) {
    return s + " s";
  }
  if (s < 3600) {
    return Math.floor(s / 60) + " min " + (s % 60) + " s";
  }
  return Math.floor(s / 3600) + " h " + Math.floor((s % 3600) / 60) + " min";
}

/** Returns a reason to wait with its value and end. */
export function reasonText(waiting) {
  return waiting.reason.replaceAll("_", " ")
    + (waiting.value ? ": " + waiting.value : "")
    + (waiting.until ? ", until " + time(waiting.until) : "");
}

export function byId(id) {
  return document.getElementById(id);
}

/** Creates an element. Text is never read as HTML. */
export function element(name, text = "", className = "") {
  const created = document.createElement(name);
  created.textContent = text;
  if (className) {
    created.className = className;
  }
  return created;
}

/** Changes text only if it differs, so that a screen reader stays undisturbed. */
export function setText(node, text) {
  if (node.textContent !== text) {
    node.textContent = text;
  }
}
