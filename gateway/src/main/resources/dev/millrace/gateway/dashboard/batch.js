/** One batch: its cost by model, its errors and its jobs. The address of the page names it. */
import { hashOf, nameOf, pairsOf, pathOf, progress, reasons, stateOf } from "./batches.js";
import { byId, count, element, millis, setText, time, usd } from "./format.js";
import { badge, show } from "./table.js";
import { get, lines } from "./stream.js";

const JOBS = 20;
const AGAIN_MILLIS = 3_000;

/** The batch that is shown, with what was read of it; null for none. */
let shown = null;
let advice = {};

/** Returns what an address names: a batch, and a part of it; null for no batch. */
function parse(hash) {
  const found = /^#batch\/([^/]+)\/([^/]+)(?:\/(errors|jobs))?$/.exec(hash);
  try {
    return found && { tenant: decodeURIComponent(found[1]), batch: decodeURIComponent(found[2]), part: found[3] };
  } catch {
    return null;
  }
}

async function open() {
  if (location.hash === "#main") {
    return;
  }
  const named = parse(location.hash);
  byId("batch-section").hidden = named === null;
  if (named === null) {
    shown = null;
    return;
  }
  if (shown === null || hashOf(shown) !== hashOf(named)) {
    shown = { ...named, readAt: 0, jobs: [], isEnd: true };
    byId("only-failed").checked = named.part === "errors";
    ["batch-facts", "batch-models", "batch-errors", "batch-jobs"].forEach((it) => byId(it).replaceChildren());
  } else if (named.part === "errors") {
    byId("only-failed").checked = true;
  }
  setText(byId("batch-title"), "Batch " + nameOf(named));
  setText(byId("batch-problem"), "");
  const place = byId({ errors: "batch-errors-title", jobs: "batch-jobs-title" }[named.part] ?? "batch-title");
  try {
    await read();
    await readJobs(true);
  } catch (e) {
    setText(byId("batch-problem"), "This batch cannot be shown: " + e.message);
  }
  place.scrollIntoView();
  place.focus({ preventScroll: true });
}

async function read() {
  const asked = shown;
  asked.readAt = Date.now();
  const batch = await get(pathOf(asked));
  if (shown === asked) {
    showFacts(batch);
    showModels(batch);
    showErrors(batch);
  }
}

function showFacts(batch) {
  setText(byId("batch-title"), "Batch " + (batch.file ?? batch.batch));
  const state = stateOf(batch, Date.now());
  const facts = [
    ["Name", batch.batch],
    ["Tenant", batch.tenant],
    ["Metadata", pairsOf(batch).join(", ")],
    ["Submitted", batch.submitted_at ? time(batch.submitted_at) + " by " + batch.submitted_by : ""],
    ["Repeats", batch.retry_of ?? ""],
    ["State", state.text],
    ["Jobs", count(batch.succeeded) + " succeeded, " + count(batch.failed) + " failed" + (batch.lines === null ? "" : ", " + count(batch.lines) + " lines")],
    ["Dead letters", batch.dead_letters > 0 ? count(batch.dead_letters) : ""],
    ["Waits for", reasons(batch)],
    ["Cost", usd(batch.costs.cost_usd) + (Number(batch.costs.uncertain_usd) > 0 ? ", and up to " + usd(batch.costs.uncertain_usd) + " uncertain" : "")],
    ["Last call", "half within " + millis(batch.latency.p50_ms) + ", 95 % within " + millis(batch.latency.p95_ms)],
  ].filter(([, text]) => text !== "");
  const place = byId("batch-facts");
  while (place.children.length > facts.length) {
    place.lastChild.remove();
  }
  facts.forEach(([name, text], i) => {
    if (!place.children[i]) {
      const fact = element("div");
      fact.append(element("dt"), element("dd"));
      place.append(fact);
    }
    setText(place.children[i].children[0], name);
    setText(place.children[i].children[1], text);
  });
}

function showModels(batch) {
  show(
    byId("batch-models"),
    "Cost by model",
    ["!Model", "#Jobs", "#Calls", "#Cost", "#Uncertain", "#Saved"],
    batch.models.map((it) => ({
      key: it.model ?? "",
      cells: [it.model ?? "no model", count(it.jobs), count(it.attempts), usd(it.cost_usd), usd(it.uncertain_usd), usd(it.saved_usd)],
    })),
    "No job has ended.",
  );
}

function showErrors(batch) {
  show(
    byId("batch-errors"),
    "Errors by code",
    ["!Error", "#Jobs", "#Dead letters", "~What to do"],
    batch.errors.map((it) => ({ key: it.code, cells: [it.code, count(it.jobs), count(it.dead_letters), advice[it.code] ?? ""] })),
    "No job of the batch has failed.",
  );
}

/** Reads the first jobs, or the next ones, in the order of their lines. */
async function readJobs(isFirst) {
  const asked = shown;
  const last = isFirst ? null : asked.jobs.at(-1).millrace.line;
  const onlyFailed = byId("only-failed").checked;
  const read = await lines(pathOf(asked, "/results") + "&failed=" + onlyFailed + (last === null ? "" : "&after=" + last), JOBS + 1);
  if (shown !== asked || byId("only-failed").checked !== onlyFailed) {
    return;
  }
  asked.jobs = isFirst ? read.slice(0, JOBS) : [...asked.jobs, ...read.slice(0, JOBS)];
  // Jobs without a line come last and cannot be resumed after.
  byId("more-jobs").hidden = read.length <= JOBS || asked.jobs.at(-1).millrace.line === null;
  showJobs(asked.jobs, onlyFailed);
}

function showJobs(jobs, onlyFailed) {
  show(
    byId("batch-jobs"),
    "Jobs that have ended, by line",
    ["Job", "#Line", "State", "Model", "#Cost", "#Calls", "#Last call", "~Message"],
    jobs.map((it) => ({
      key: it.millrace.job_id,
      cells: [
        it.custom_id,
        it.millrace.line === null || it.millrace.line === undefined ? "–" : count(it.millrace.line),
        codeOf(it) === null ? badge("good", "succeeded") : badge("bad", codeOf(it)),
        it.millrace.model ?? "–",
        usd(it.millrace.cost_usd),
        count(it.millrace.attempts),
        millis(it.millrace.upstream_ms),
        it.error?.message ?? it.response?.body?.error?.message ?? "",
      ],
    })),
    onlyFailed ? "No job of the batch has failed." : "No job of the batch has ended.",
  );
}

/** Returns the code of the error that ended a job; null for none. */
function codeOf(job) {
  if (job.error) {
    return job.error.code;
  }
  const status = job.response?.status_code ?? 200;
  return status < 400 ? null : job.response.body?.error?.code ?? "status " + status;
}

/** Notes what to do about errors, and reads the shown batch again from time to time. */
export function onRecent(recent) {
  advice = recent.advice;
  if (shown !== null && Date.now() - shown.readAt > AGAIN_MILLIS) {
    read().catch((e) => setText(byId("batch-problem"), e.message));
  }
}

/** Listens to the address and the buttons. */
export function start() {
  addEventListener("hashchange", open);
  byId("only-failed").addEventListener("change", () => readJobs(true));
  byId("more-jobs").addEventListener("click", () => readJobs(false));
  byId("batch-close").addEventListener("click", () => {
    location.hash = "";
    byId("batches-title").focus();
  });
  open();
}
