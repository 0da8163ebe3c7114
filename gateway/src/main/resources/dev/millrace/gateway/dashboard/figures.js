/** Figures from the database: totals of the day, errors and failures. */
import { nameOf } from "./batches.js";
import { byId, count, element, millis, percent, rate, setText, time, usd } from "./format.js";
import { bar, show } from "./table.js";

const RATE_MILLIS = 10_000;
let samples = [];

/** Remembers the totals and returns the jobs per second by model; null for the first totals. */
export function rates(live) {
  const at = new Date(live.at).getTime();
  const jobs = new Map(live.today.models.map((it) => [it.model ?? "", it.jobs]));
  samples = samples.filter((it) => at - it.at <= RATE_MILLIS && at > it.at);
  samples.push({ at, jobs });
  const first = samples[0];
  if (first.at === at) {
    return null;
  }
  const seconds = (at - first.at) / 1000;
  return new Map([...jobs].map(([model, total]) => [model, Math.max(0, total - (first.jobs.get(model) ?? 0)) / seconds]));
}

/** Returns how many calls may be in flight, and how many workers share them. */
function inFlightOf(backlog) {
  const workers = count(backlog.workers) + (backlog.workers === 1 ? " worker" : " workers");
  return backlog.maxInFlight ? "of " + count(backlog.maxInFlight) + " calls, " + workers : "calls of " + workers;
}

/** Returns a share in percent to follow a number; empty where there is no whole. */
function share(part, total) {
  return total > 0 ? ", " + percent(part, total) : "";
}

/** Shows the most important figures; backlog is null for a caller who may not see it. */
export function showTiles(live, perSecond, backlog) {
  const today = live.today;
  const sum = perSecond === null ? null : [...perSecond.values()].reduce((a, b) => a + b, 0);
  const tiles = [
    ["rate", "Finished now", rate(sum), "jobs, mean of 10 s"],
    ["jobs", "Jobs today", count(today.jobs), count(today.failed) + " failed" + share(today.failed, today.jobs)],
    ["cost", "Cost today", usd(today.cost_usd), today.uncertain_attempts > 0
      ? "and up to " + usd(today.uncertain_usd) + " for " + count(today.uncertain_attempts)
        + (today.uncertain_attempts === 1 ? " attempt" : " attempts") + " that may have been billed" : "every attempt certain"],
    ["saved", "Saved", usd(today.saved_usd), count(today.cached_jobs) + " jobs without a call" + share(today.cached_jobs, today.jobs)],
  ];
  if (backlog) {
    tiles.push(["waiting", "Backlog", count(backlog.waiting), backlog.unpaid > 0 ? "jobs wait, and " + count(backlog.unpaid) + " for money" : "jobs wait"]);
    tiles.push(["running", "In flight", count(backlog.running), inFlightOf(backlog)]);
  }
  const place = byId("now");
  for (const [id, title, value, more] of tiles) {
    let tile = byId("tile-" + id);
    if (!tile) {
      tile = element("div");
      tile.id = "tile-" + id;
      tile.append(element("dt", title), element("dd", "", "value"), element("dd", "", "more"));
      place.append(tile);
    }
    setText(tile.children[1], value);
    setText(tile.children[2], more);
  }
}

function costRows(rows, name, none) {
  return rows
    .toSorted((a, b) => Number(b.cost_usd) - Number(a.cost_usd))
    .map((it) => ({
      key: it[name] ?? "",
      cells: [it[name] ?? none, count(it.jobs), count(it.failed), usd(it.cost_usd), usd(it.uncertain_usd), usd(it.saved_usd), millis(it.average_ms)],
    }));
}

export function showCosts(live) {
  const columns = ["#Jobs", "#Failed", "#Cost", "#Uncertain", "#Saved", "#Average call"];
  setText(byId("costs-note"), "Since " + live.at.slice(0, 10) + " 00:00 UTC, retries included. Uncertain is the cost of attempts that may have been billed.");
  show(byId("model-costs"), "By model", ["Model", ...columns], costRows(live.today.models, "model", "no model"), "No job has finished today.");
  show(byId("tenant-costs"), "By tenant", ["Tenant", ...columns], costRows(live.today.tenants, "tenant", "no tenant"), "");
}

export function showErrors(recent) {
  const total = recent.errors.reduce((sum, it) => sum + it.jobs + it.dead_letters, 0);
  show(
    byId("errors"),
    "By error code, most frequent first",
    ["!Error", "!Share", "#Jobs", "#Dead letters", "~What to do"],
    recent.errors
      .toSorted((a, b) => b.jobs + b.dead_letters - a.jobs - a.dead_letters)
      .map((it) => ({
        key: it.code,
        cells: [
          it.code,
          bar(it.jobs + it.dead_letters, total, percent(it.jobs + it.dead_letters, total)),
          count(it.jobs),
          count(it.dead_letters),
          recent.advice[it.code] ?? "",
        ],
      })),
    "No job failed in the last hour.",
  );
}

export function showFailures(recent) {
  show(
    byId("failures"),
    "Failed jobs and dead letters, latest first",
    ["!Time", "Job", "Batch", "!Error", "!Model", "~Message"],
    recent.failures.map((it, i) => ({
      key: (it.job_id ?? i) + it.at + it.code + it.line,
      cells: [
        time(it.at),
        it.custom_id ?? (it.dead_letter ? "dead letter" : "–"),
        (it.batch === null ? "–" : nameOf(it)) + (it.line === null ? "" : ", line " + it.line),
        it.code,
        it.model ?? "–",
        it.message ?? "–",
      ],
    })),
    "Nothing failed.",
  );
}

export function showSlowest(recent) {
  show(
    byId("slowest"),
    "The longest last calls of the latest 10,000 results",
    ["Job", "Batch", "Tenant", "Model", "#Last call", "#In the queue", "#Calls"],
    recent.slowest.map((it) => ({
      key: it.job_id,
      cells: [it.custom_id, nameOf(it), it.tenant, it.model ?? "–", millis(it.upstream_ms), millis(it.queued_ms), count(it.attempts)],
    })),
    "No job has called a model yet.",
  );
}
