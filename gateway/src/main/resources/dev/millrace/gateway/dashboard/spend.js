/** Spend over time, read again each minute. */
import { bars } from "./charts.js";
import { byId, count, percent, usd } from "./format.js";
import { show } from "./table.js";
import { get } from "./stream.js";

const EVERY_MILLIS = 60_000;
const SHOWN = 8;
let started = false;
const PERIODS = { hour: { millis: 3_600_000, count: 48 }, day: { millis: 86_400_000, count: 31 } };

async function read() {
  const by = byId("spend-by").value;
  const name = byId("spend-period").value;
  const period = PERIODS[name];
  const from = new Date((Math.floor(Date.now() / period.millis) - period.count + 1) * period.millis);
  const question = "costs?by=" + name + "," + by + "&limit=1000&from=" + from.toISOString();
  const data = [];
  let page = await get(question);
  data.push(...page.data);
  while (page.next !== null) {
    page = await get(question + "&cursor=" + encodeURIComponent(page.next));
    data.push(...page.data);
  }
  showSpend(data, by, name);
}

function showSpend(data, by, name) {
  const period = PERIODS[name];
  const last = Math.floor(Date.now() / period.millis);
  const first = last - period.count + 1;
  const sums = new Map();
  for (const each of data) {
    const key = each[by] ?? "unknown";
    const sum = sums.get(key) ?? { key, jobs: 0, cached: 0, cost: 0, saved: 0, data: new Array(period.count).fill(0) };
    const place = Math.floor(new Date(each[name]).getTime() / period.millis) - first;
    sum.jobs += each.jobs;
    sum.cached += each.cached_jobs;
    sum.cost += Number(each.cost_usd);
    sum.saved += Number(each.saved_usd);
    if (place >= 0 && place < period.count) {
      sum.data[place] += Number(each.cost_usd);
    }
    sums.set(key, sum);
  }
  const ordered = [...sums.values()].toSorted((a, b) => b.cost - a.cost);
  const series = ordered.slice(0, SHOWN).map((it) => ({ label: it.key, data: it.data }));
  if (ordered.length > SHOWN) {
    const rest = ordered.slice(SHOWN);
    series.push({ label: "others", data: rest[0].data.map((_, i) => rest.reduce((sum, it) => sum + it.data[i], 0)) });
  }
  const format = name === "hour"
    ? (date) => date.toLocaleTimeString([], { weekday: "short", hour: "2-digit" })
    : (date) => date.toISOString().slice(5, 10);
  bars("spend", Array.from({ length: period.count }, (_, i) => format(new Date((first + i) * period.millis))), series, "USD");
  show(
    byId("spend-totals"),
    "Totals of the chart, rounded to millionths",
    [by === "model" ? "Model" : "Tenant", "#Jobs", "#Cost", "#Saved", "#Jobs without a call"],
    ordered.map((it) => ({
      key: it.key,
      cells: [it.key, count(it.jobs), usd(it.cost.toFixed(6)), usd(it.saved.toFixed(6)), percent(it.cached, it.jobs)],
    })),
    "Nothing was spent.",
  );
}

/** Starts to show the spend; failures are left to the stream, which reports them. */
export function start() {
  if (started) {
    return;
  }
  started = true;
  const again = () => read().catch(() => {});
  byId("spend-by").addEventListener("change", again);
  byId("spend-period").addEventListener("change", again);
  setInterval(again, EVERY_MILLIS);
  again();
}
