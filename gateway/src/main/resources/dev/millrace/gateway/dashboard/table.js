/** Tables whose rows stay in place while their figures change, so that the focus is kept. */
import { element, setText } from "./format.js";

/** A cell that shows a share as a bar with text. A missing maximum means no bar. */
export function bar(value, max, text) {
  return { kind: "bar", value, max, text };
}

/** A cell that shows a state by its text; the tone adds a colour. */
export function badge(tone, text) {
  return { kind: "badge", tone, text };
}

/** A cell with buttons, each with label, accessible name and action. */
export function buttons(items) {
  return { kind: "buttons", items };
}

/** A cell with links, each with label, accessible name and address; one with download saves a file. */
export function links(items) {
  return { kind: "links", items };
}

/** A cell with a name that is a link, and notes below it. */
export function named(text, href, notes) {
  return { kind: "named", text, href, notes };
}

/**
 * Shows rows in a table.
 *
 * @param place element that contains the table
 * @param caption says what the rows are
 * @param columns column heads as text, with "#" in front for numbers, "~" for long texts and "!" for
 *   texts on one line
 * @param rows objects with a key and cells; the first cell names the row
 * @param empty text without rows
 */
export function show(place, caption, columns, rows, empty) {
  if (rows.length === 0) {
    if (place.firstChild?.nodeName !== "P") {
      place.replaceChildren(element("p", "", "empty"));
    }
    setText(place.firstChild, empty);
    letKeysScroll(place, caption);
    return;
  }
  const head = columns.join("|");
  if (place.firstChild?.nodeName !== "TABLE" || place.firstChild.dataset.head !== head) {
    place.replaceChildren(newTable(head, columns));
  }
  const table = place.firstChild;
  setText(table.caption, caption);
  update(table.tBodies[0], columns, rows);
  letKeysScroll(place, caption);
}

/** Lets the arrow keys scroll a table that is wider than its place: it takes the focus. */
function letKeysScroll(place, caption) {
  if (place.scrollWidth > place.clientWidth) {
    place.tabIndex = 0;
    place.setAttribute("role", "region");
    place.setAttribute("aria-label", caption);
  } else if (document.activeElement !== place) {
    ["tabindex", "role", "aria-label"].forEach((it) => place.removeAttribute(it));
  }
}

function newTable(head, columns) {
  const table = element("table");
  table.dataset.head = head;
  table.append(element("caption"));
  const row = element("tr");
  for (const column of columns) {
    const cell = element("th", column.replace(/^[#~!]/, ""), classOf(column));
    cell.scope = "col";
    row.append(cell);
  }
  const top = element("thead");
  top.append(row);
  table.append(top, element("tbody"));
  return table;
}

function classOf(column) {
  return { "#": "number", "~": "wide", "!": "short" }[column[0]] ?? "";
}

function update(body, columns, rows) {
  const known = new Map([...body.rows].map((row) => [row.dataset.key, row]));
  rows.forEach((row, index) => {
    let shown = known.get(row.key);
    known.delete(row.key);
    if (!shown) {
      shown = newRow(row.key, columns);
    }
    if (body.rows[index] !== shown) {
      body.insertBefore(shown, body.rows[index] ?? null);
    }
    columns.forEach((_, column) => fill(shown.cells[column], row.cells[column]));
  });
  known.forEach((row) => row.remove());
}

function newRow(key, columns) {
  const row = element("tr");
  row.dataset.key = key;
  columns.forEach((column, index) => {
    const cell = element(index === 0 ? "th" : "td", "", classOf(column));
    if (index === 0) {
      cell.scope = "row";
    }
    row.append(cell);
  });
  return row;
}

function fill(cell, content) {
  if (typeof content === "string") {
    setText(cell, content);
  } else if (content.kind === "bar") {
    fillBar(cell, content);
  } else if (content.kind === "badge") {
    if (cell.firstChild?.nodeName !== "SPAN") {
      cell.replaceChildren(element("span"));
    }
    cell.firstChild.className = "badge " + content.tone;
    setText(cell.firstChild, content.text);
  } else if (content.kind === "buttons") {
    fillButtons(cell, content.items);
  } else if (content.kind === "links") {
    fillLinks(cell, content.items);
  } else {
    fillNamed(cell, content);
  }
}

/** Lets a cell have a number of elements, and keeps those that it has. */
function resize(cell, number, create) {
  if (cell.children.length !== number || cell.childNodes.length !== number) {
    cell.replaceChildren(...Array.from({ length: number }, (_, i) => create(i)));
  }
}

function fillLinks(cell, items) {
  resize(cell, items.length, () => element("a"));
  items.forEach((item, i) => {
    const link = cell.children[i];
    setText(link, item.label);
    link.setAttribute("aria-label", item.name);
    link.href = item.href;
    if (item.download) {
      link.download = item.download;
    }
  });
}

function fillNamed(cell, { text, href, notes }) {
  resize(cell, 1 + notes.length, (i) => (i === 0 ? element("a") : element("span", "", "under")));
  cell.firstChild.href = href;
  setText(cell.firstChild, text);
  notes.forEach((note, i) => setText(cell.children[i + 1], note));
}

function fillBar(cell, { value, max, text }) {
  if (!max) {
    setText(cell, text);
    return;
  }
  if (cell.firstChild?.nodeName !== "PROGRESS") {
    cell.replaceChildren(element("progress"), element("span"));
  }
  const [progress, label] = cell.children;
  progress.max = max;
  progress.value = Math.min(value, max);
  progress.setAttribute("aria-label", text);
  setText(label, " " + text);
}

function fillButtons(cell, items) {
  if (cell.childNodes.length !== items.length) {
    cell.replaceChildren(...items.map(() => {
      const button = element("button");
      button.type = "button";
      return button;
    }));
  }
  items.forEach((item, i) => {
    const button = cell.children[i];
    setText(button, item.label);
    button.setAttribute("aria-label", item.name);
    button.onclick = item.run;
  });
}
