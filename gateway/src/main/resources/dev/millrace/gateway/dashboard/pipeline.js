/** The state of the pipeline: what needs attention, models, limits, breakers and budgets. */
import { ACTIONS, nameOf } from "./batches.js";
import { byId, count, element, rate, reasonText, setText, time, usd } from "./format.js";
import { badge, bar, buttons, show } from "./table.js";

const LANES = ["express", "critical", "high", "normal", "low", "bulk"];

/** Returns the number of waiting jobs of a model. */
function waiting(model) {
  return LANES.reduce((sum, lane) => sum + model[lane + "_waiting"], 0);
}

/** Returns the waiting jobs and the calls in flight of all models, and the jobs that wait for money. */
export function backlog(state) {
  return {
    waiting: state.models.reduce((sum, model) => sum + waiting(model), 0),
    running: state.models.reduce((sum, model) => sum + model.running, 0),
    unpaid: state.budgets.filter((it) => it.holds_back).reduce((sum, it) => sum + it.waiting_jobs, 0),
  };
}

/** Returns whether jobs of a model wait until somebody does something. */
function hasTrouble(state, model) {
  return model.paused || state.waiting.some((it) => it.model === model.model && it.reason in ACTIONS);
}

/**
 * Shows the models with jobs, first those in trouble, and folds the others away.
 *
 * @param rates jobs per second by model
 * @param minutes finished jobs of the last minutes by model
 */
export function showModels(state, rates, minutes, operate) {
  const finished = new Set(minutes.filter((it) => it.jobs > 0).map((it) => it.model));
  const isBusy = (it) => hasTrouble(state, it) || it.running > 0 || waiting(it) > 0 || finished.has(it.model);
  const busy = state.models.filter(isBusy);
  const idle = state.models.filter((it) => !isBusy(it));
  const ordered = [...busy.filter((it) => hasTrouble(state, it)), ...busy.filter((it) => !hasTrouble(state, it))];
  showModelTable("models", ordered, state, rates, operate, state.models.length === 0 ? "No model has topics." : "No model has jobs.");
  byId("idle").hidden = idle.length === 0;
  setText(byId("idle-title"), count(idle.length) + (idle.length === 1 ? " idle model" : " idle models"));
  showModelTable("idle-models", idle, state, rates, operate, "");
}

function showModelTable(place, models, state, rates, operate, empty) {
  show(
    byId(place),
    "Jobs that wait in each lane, and calls in flight",
    ["!Model", "#Finished", ...LANES.map((lane) => "#" + lane), "#In flight", "State", "~Waits for", ...(operate ? ["!Operate"] : [])],
    models.map((model) => ({
      key: model.model,
      cells: [
        model.model,
        rate(rates === null ? null : rates.get(model.model) ?? 0),
        ...LANES.map((lane) => count(model[lane + "_waiting"])),
        count(model.running),
        stateOf(model),
        reasons(state, model),
        buttons(operate ? [pause(model, operate)] : []),
      ],
    })),
    empty,
  );
}

/** Shows the lanes over all models; live is null as long as nothing is known of finished jobs. */
export function showLanes(state, live) {
  const finished = new Map(live?.lanes?.map((it) => [it.lane, it.jobs]));
  show(
    byId("lanes"),
    "All models by lane",
    ["Lane", "#Finished", "#Jobs that wait"],
    LANES.map((lane) => ({
      key: lane,
      cells: [
        lane,
        rate(live?.lanes ? (finished.get(lane) ?? 0) / live.lane_seconds : null),
        count(state.models.reduce((sum, model) => sum + model[lane + "_waiting"], 0)),
      ],
    })),
    "",
  );
}

function pause(model, operate) {
  const path = "models/" + encodeURIComponent(model.model);
  return model.paused
    ? { label: "Resume", name: "Resume " + model.model, run: () => operate("Resume " + model.model + "?", path + "/resume") }
    : {
      label: "Pause",
      name: "Pause " + model.model,
      run: () => operate("Pause " + model.model + "? Calls in flight end normally, other jobs wait.", path + "/pause"),
    };
}

function stateOf(model) {
  if (model.paused) {
    return badge("warn", "paused");
  }
  return model.running > 0 || waiting(model) > 0 ? badge("good", "working") : badge("", "idle");
}

/** Returns why jobs of a model wait. */
function reasons(state, model) {
  return state.waiting
    .filter((it) => it.model === model.model)
    .map((it) => (it.lane ? it.lane + ": " : "") + reasonText(it))
    .join("; ");
}

const ORIGINS = { configured: "configured", named: "named by the provider", found: "found by refusals" };

export function showLimits(state) {
  show(
    byId("limits"),
    "Limits of all workers: used in the last minute or second, or calls in flight",
    ["!Limit", "!Origin", "!Used", "#Leased, not used", "#Workers", "#Workers that wait"],
    state.limits.map((limit) => ({
      key: limit.path + " " + limit.origin,
      cells: [
        limit.path,
        ORIGINS[limit.origin] ?? limit.origin,
        bar(limit.used, limit.limit, count(limit.used) + " of " + count(limit.limit)),
        count(limit.leased),
        count(limit.workers),
        count(limit.waiting_workers),
      ],
    })),
    "No limit is configured, named by a provider, or found by its refusals.",
  );
}

/** Returns the state of a breaker: after its rest, trial calls decide whether it closes. */
function breakerState(breaker, now) {
  return now !== null && new Date(breaker.next_trial).getTime() <= now ? badge("warn", "half-open") : badge("bad", "open");
}

/** Shows the breakers; now is the server's time in milliseconds, or null if it is not known yet. */
export function showBreakers(state, advice, now) {
  show(
    byId("breakers"),
    "Breakers that are not closed; their jobs wait or go to the fallback, and trial calls close a half-open one",
    ["Breaker", "State", "#Workers", "Since", "Next trial", "~Why", "~What to do"],
    state.breakers.map((it) => ({
      key: it.breaker,
      cells: [
        it.breaker,
        breakerState(it, now),
        count(it.workers),
        time(it.since),
        time(it.next_trial),
        it.error + ": " + it.reason,
        advice[it.error] ?? "",
      ],
    })),
    "All breakers are closed.",
  );
}

function ownerOf(budget) {
  if (budget.batch) {
    return "batch " + nameOf(budget) + " of " + budget.tenant;
  }
  return budget.key ? "key " + budget.key + " of " + budget.tenant : "tenant " + budget.tenant + ", " + budget.period;
}

export function showBudgets(state) {
  show(
    byId("budgets"),
    "Budgets",
    ["Budget", "!Spent", "#Reserved", "#Limit", "#Jobs that wait", "#Rejected", "Until"],
    state.budgets.map((it) => ({
      key: [it.tenant, it.batch, it.key, it.period, it.period_start].join("\n"),
      cells: [
        ownerOf(it),
        bar(Number(it.spent_usd), Number(it.limit_usd), usd(it.spent_usd)),
        usd(it.reserved_usd),
        usd(it.limit_usd),
        count(it.waiting_jobs),
        count(it.rejected_jobs),
        it.period_end ? time(it.period_end) : "–",
      ],
    })),
    "No job has used a budget yet.",
  );
}

function sentence(text) {
  return text.charAt(0).toUpperCase() + text.slice(1).replace(/\.?$/, ".");
}

function jobs(number) {
  return count(number) + (number === 1 ? " job" : " jobs");
}

/** Returns whether a wait ends by itself, or another entry names its cause. */
function isCovered(state, wait) {
  switch (wait.reason) {
    case "budget":
      return true;
    case "breaker":
    case "key":
      return state.breakers.length > 0;
    case "pause":
      return state.pauses.length > 0;
    case "no_worker":
      return state.workers === 0;
    case "no_router":
      return state.routers === 0;
    default:
      return !(wait.reason in ACTIONS);
  }
}

/** Returns what a person should look at, as objects with title, text and tone. */
function problems(state, advice) {
  const found = [];
  const add = (title, text, tone = "bad") => found.push({ title, text, tone });
  if (state.workers === 0) {
    add("No worker runs.", "Jobs wait. Start a worker.");
  }
  if (state.routers === 0) {
    add("No router runs.", "Requests wait. Start a router.");
  }
  if (state.retrieval?.waiting > 0 && state.retrieval.services === 0) {
    add("No retrieval service runs.", "Jobs wait for passages. Start a retrieval service.");
  }
  for (const it of state.breakers) {
    add("Breaker of " + it.breaker + " is open.", sentence(it.reason) + " " + (advice[it.error] ?? ""));
  }
  for (const it of state.tripped) {
    add("Guard tripped " + it.arm + " of policy " + it.policy + ".", sentence(it.reason) + " Its jobs go to the other arms.");
  }
  for (const it of state.budgets.filter((budget) => budget.holds_back)) {
    add(
      "Budget of " + ownerOf(it) + " holds back " + jobs(it.waiting_jobs) + ".",
      usd(it.spent_usd) + " of " + usd(it.limit_usd) + " are spent and " + usd(it.reserved_usd) + " reserved"
        + (it.needed_usd ? "; the next job may cost up to " + usd(it.needed_usd) : "") + ". " + ACTIONS.budget,
    );
  }
  for (const it of state.pauses) {
    const target = it.model ?? (it.batch ? "batch " + it.batch + " of " + it.tenant : it.tenant && "tenant " + it.tenant) ?? "everything";
    const end = it.expires ? ", until " + time(it.expires) : "";
    add("Paused: " + target + ".", "Since " + time(it.at) + " by " + it.by + end + ". " + ACTIONS.pause, "warn");
  }
  for (const it of state.waiting.filter((wait) => !isCovered(state, wait))) {
    add(
      (it.model ? it.model : "Jobs") + (it.model || it.jobs === 1 ? " waits: " : " wait: ") + it.reason.replaceAll("_", " ") + ".",
      sentence([it.value, it.jobs ? jobs(it.jobs) : ""].filter(Boolean).join("; ")) + " " + ACTIONS[it.reason],
    );
  }
  if (state.unreadable.length > 0) {
    add("Unreadable control records.", "A later Millrace wrote " + state.unreadable.join(", ") + ". Update this one.", "warn");
  }
  return found;
}

/** Returns what a screen reader says when the number of problems changes. */
function attentionCount(found) {
  return found === 0 ? "Nothing needs attention" : found === 1 ? "1 thing needs attention" : found + " things need attention";
}

export function showAttention(state, advice) {
  const found = problems(state, advice);
  setText(byId("attention-count"), attentionCount(found.length));
  const list = byId("attention");
  byId("attention-none").hidden = found.length > 0;
  list.hidden = found.length === 0;
  while (list.children.length > found.length) {
    list.lastChild.remove();
  }
  found.forEach((it, i) => {
    if (!list.children[i]) {
      const item = element("li");
      item.append(element("strong"), element("span"));
      list.append(item);
    }
    list.children[i].className = it.tone;
    setText(list.children[i].children[0], it.title);
    setText(list.children[i].children[1], " " + it.text);
  });
}
