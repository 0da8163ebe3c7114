/** The dashboard: asks for a key if one is needed, then shows each event. */
import * as batch from "./batch.js";
import * as batches from "./batches.js";
import * as charts from "./charts.js";
import * as figures from "./figures.js";
import { byId, setText } from "./format.js";
import * as pipeline from "./pipeline.js";
import * as policies from "./policies.js";
import * as spend from "./spend.js";
import { API, follow, forgetKey, get, hasKey, KeyNeeded, post, save, storeKey } from "./stream.js";

const seen = {};
const problems = new Map();
let perSecond = null;
let mayOperate = false;
let isStarted = false;

/** Asks the reader, changes the pipeline, and says what was done. */
async function operate(question, path) {
  if (!confirm(question)) {
    return;
  }
  const place = byId("done");
  place.hidden = false;
  try {
    setText(place, "Done: " + (await post(path)) + ".");
  } catch (e) {
    setText(place, "Not done: " + e.message + ".");
  }
}

const handlers = {
  live(live) {
    perSecond = figures.rates(live);
    charts.throughput(live.at, live.minutes);
    figures.showCosts(live);
  },
  state(state) {
    pipeline.showLimits(state);
    pipeline.showBudgets(state);
    policies.showPolicies(state, mayOperate ? operate : null);
  },
  recent(recent) {
    batches.showBatches(recent, mayOperate ? operate : null);
    batch.onRecent(recent);
    figures.showErrors(recent);
    figures.showFailures(recent);
    figures.showSlowest(recent);
  },
};

function onEvent(type, data) {
  if (type === "problem") {
    problems.set(data.part, data.message);
  } else {
    problems.delete(type);
    seen[type] = data;
    handlers[type]?.(data);
  }
  showTogether();
  showConnection();
}

/** Shows what depends on several events. */
function showTogether() {
  const { live, state, recent } = seen;
  if (state) {
    const advice = recent?.advice ?? {};
    pipeline.showModels(state, perSecond, live?.minutes ?? [], mayOperate ? operate : null);
    pipeline.showLanes(state, live);
    pipeline.showBreakers(state, advice, live ? new Date(live.at).getTime() : null);
    pipeline.showAttention(state, advice);
    if (recent) {
      policies.showArms(state, recent);
    }
  }
  if (live) {
    figures.showTiles(live, perSecond, state && { ...pipeline.backlog(state), workers: state.workers, maxInFlight: state.max_in_flight });
  }
}

function showConnection(lost) {
  const place = byId("connection");
  const trouble = lost ?? [...problems].map(([part, message]) => part + ": " + message).join("; ");
  place.classList.toggle("lost", trouble !== "");
  setText(place, trouble === "" ? "live" : "figures are old: " + trouble + "; trying again");
}

function askForKey(problem) {
  byId("main").hidden = true;
  byId("key-place").hidden = false;
  setText(byId("key-problem"), problem);
  setText(byId("connection"), "a key is needed");
  byId("key").focus();
}

async function start() {
  try {
    const caller = await get("caller");
    byId("key-place").hidden = true;
    byId("main").hidden = false;
    setText(byId("caller"), caller.tenant ? "tenant " + caller.tenant : "all tenants");
    document.querySelectorAll(".pipeline, #attention-section").forEach((it) => {
      it.hidden = caller.tenant !== null;
    });
    mayOperate = caller.role === "operate";
    spend.start();
    if (!isStarted) {
      isStarted = true;
      batches.start();
      batch.start();
    }
    await follow(onEvent, showConnection);
  } catch (e) {
    if (e instanceof KeyNeeded) {
      const problem = e.message || (hasKey() ? "This key is unknown." : "");
      forgetKey();
      askForKey(problem);
    } else {
      showConnection(e.message);
      setTimeout(start, 2_000);
    }
  }
}

/** Downloads with the key of this tab, which a link does not send. */
document.addEventListener("click", (event) => {
  const link = event.target.closest("a[download]");
  if (link && hasKey() && link.pathname.startsWith(API)) {
    event.preventDefault();
    save(link.pathname.slice(API.length) + link.search, link.download)
      .catch((e) => {
        byId("done").hidden = false;
        setText(byId("done"), "Not downloaded: " + e.message + ".");
      });
  }
});

byId("key-form").addEventListener("submit", (event) => {
  event.preventDefault();
  storeKey(byId("key").value.trim());
  byId("key").value = "";
  start();
});

start();
