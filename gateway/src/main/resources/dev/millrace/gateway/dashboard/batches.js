/** The latest batches, or the batches that a search finds. */
import { byId, count, reasonText, setText, span, time, usd } from "./format.js";
import { badge, bar, buttons, links, named, show } from "./table.js";
import { API, get } from "./stream.js";

const RUNNING_MILLIS = 60_000;
const SEARCH_AGAIN_MILLIS = 3_000;
const FOUND = 50;
const SHOWN_REASONS = 2;

/** Reasons that end only when somebody does something, with what to do. */
export const ACTIONS = {
  budget: "Raise it with \"millrace budget set\".",
  breaker: "Its jobs wait until a trial call succeeds.",
  key: "Correct the key or the account.",
  pause: "\"millrace resume\" ends it.",
  no_worker: "Start a worker that serves it.",
  no_router: "Start a router.",
  no_topic: "Run \"millrace topics apply\".",
  cluster: "See the log of the worker.",
};

/** Names of files by batch, for tables that know only the batch. */
const files = new Map();

let latest = { at: 0, data: [] };
/** The search in force: its text, when it was read, and what it found; null for none. */
let search = null;
let showAgain = () => {};

function keyOf(batch) {
  return batch.tenant + "\n" + batch.batch;
}

/** Returns the name by which people know a batch: its file, or else its own. */
export function nameOf(batch) {
  return files.get(keyOf(batch)) ?? batch.batch;
}

/** Returns the path of a batch in the API, with a part such as "/results". */
export function pathOf(batch, part = "") {
  return "batches/" + encodeURIComponent(batch.batch) + part + "?tenant=" + encodeURIComponent(batch.tenant);
}

/** Returns the address that shows a batch on this page. */
export function hashOf(batch) {
  return "#batch/" + encodeURIComponent(batch.tenant) + "/" + encodeURIComponent(batch.batch);
}

/** Returns the metadata as texts. */
export function pairsOf(batch) {
  return Object.entries(batch.metadata).map(([key, value]) => key + ": " + value);
}

function remember(data) {
  for (const it of data) {
    if (it.file !== null) {
      files.set(keyOf(it), it.file);
    }
  }
}

/** Shows the latest batches, unless a search is in force; operate is null for readers. */
export function showBatches(recent, operate) {
  latest = { at: new Date(recent.at).getTime(), data: recent.batches };
  remember(recent.batches);
  showAgain = () => showTable(operate);
  if (search === null) {
    showAgain();
  } else if (Date.now() - search.readAt > SEARCH_AGAIN_MILLIS) {
    find(search.text).catch((e) => setText(byId("search-note"), e.message));
  } else {
    showAgain();
  }
}

function showTable(operate) {
  const rows = search?.data ?? latest.data;
  show(
    byId("batches"),
    search ? "Batches that match" : "Batches with the latest submissions and results",
    ["Batch", "!Tenant", "!Progress", "!Failed", "#Cost", "!State", "~Waits for", "!Open", ...(operate ? ["!Operate"] : [])],
    rows.map((it) => ({
      key: keyOf(it),
      cells: [
        named(nameOf(it), hashOf(it), [nameOf(it) === it.batch ? "" : it.batch, pairsOf(it).join(", ")].filter((note) => note !== "")),
        it.tenant,
        progress(it),
        count(it.failed) + (it.dead_letters > 0 ? ", and " + count(it.dead_letters) + (it.dead_letters === 1 ? " dead letter" : " dead letters") : ""),
        usd(it.costs.cost_usd),
        stateOf(it, latest.at),
        reasons(it),
        links(linksOf(it)),
        buttons(operate && it.progress !== 1 ? [cancel(it, operate)] : []),
      ],
    })),
    search ? "No batch matches." : "No batch was submitted, and none had a result in the last hour.",
  );
}

/** Returns the links of a batch: to its results as JSON Lines, and to its errors and jobs on this page. */
function linksOf(batch) {
  const name = nameOf(batch);
  return [
    { label: "Results", name: "Download the results of " + name, href: API + pathOf(batch, "/results"), download: name + ".results.jsonl" },
    { label: "Errors", name: "Errors of " + name, href: hashOf(batch) + "/errors" },
    { label: "Jobs", name: "Jobs of " + name, href: hashOf(batch) + "/jobs" },
  ];
}

/** Returns why a batch waits; the first reasons, because a batch can have many models. */
export function reasons(batch) {
  const texts = [...new Set(batch.waiting.map((it) => (it.model ? it.model + ": " : "") + reasonText(it)))];
  const more = texts.length - SHOWN_REASONS;
  return texts.slice(0, SHOWN_REASONS).join("; ") + (more > 0 ? "; and " + more + " more" : "");
}

function cancel(batch, operate) {
  return {
    label: "Cancel",
    name: "Cancel batch " + batch.batch + " of " + batch.tenant,
    run: () => operate("Cancel all waiting jobs of batch " + nameOf(batch) + "? Running calls end normally.", pathOf(batch, "/cancel")),
  };
}

export function progress(batch) {
  const done = batch.results + batch.dead_letters;
  return batch.lines
    ? bar(batch.progress, 1, Math.floor(100 * batch.progress) + " % of " + count(batch.lines))
    : count(done) + " done";
}

/** Returns the state of a batch; now is the server's time in milliseconds. */
export function stateOf(batch, now) {
  if (batch.progress === 1) {
    return batch.failed + batch.dead_letters > 0 ? badge("warn", "done, with failures") : badge("good", "done");
  }
  if (batch.waiting.some((it) => it.reason in ACTIONS)) {
    return badge("bad", "waits");
  }
  if (batch.estimated_end) {
    return badge("", "running, " + span((new Date(batch.estimated_end).getTime() - now) / 1000) + " left");
  }
  const quiet = batch.last_finished_at ? now - new Date(batch.last_finished_at).getTime() : 0;
  return quiet < RUNNING_MILLIS ? badge("", "running") : badge("", "quiet since " + time(batch.last_finished_at));
}

async function find(text) {
  const asked = { text, readAt: Date.now(), data: search?.text === text ? search.data : [] };
  search = asked;
  const found = await get("batches?limit=" + FOUND + "&search=" + encodeURIComponent(text));
  if (search !== asked) {
    return;
  }
  asked.data = found.data;
  remember(found.data);
  const number = found.data.length;
  setText(byId("search-note"), number === FOUND ? "The first " + FOUND + " batches that match" : count(number) + (number === 1 ? " batch matches" : " batches match"));
  showAgain();
}

/** Listens to the form of the search. */
export function start() {
  const form = byId("search");
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const text = byId("search-text").value.trim();
    if (text === "") {
      end();
    } else {
      byId("search-end").hidden = false;
      find(text).catch((e) => setText(byId("search-note"), e.message));
    }
  });
  byId("search-end").addEventListener("click", () => {
    byId("search-text").value = "";
    end();
    byId("search-text").focus();
  });
}

function end() {
  search = null;
  byId("search-end").hidden = true;
  setText(byId("search-note"), "");
  showAgain();
}
