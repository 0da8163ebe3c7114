/** Policies in force, and the arms of their splits side by side. */
import { byId, count, millis, percent, time, usd } from "./format.js";
import { badge, buttons, show } from "./table.js";

export function showPolicies(state, operate) {
  show(
    byId("policies"),
    "Policies in force",
    ["Policy", "Version", "Routes jobs", "Applied", "By", "Note", ...(operate ? ["!Operate"] : [])],
    state.policies.map((it) => ({
      key: it.policy,
      cells: [
        it.policy,
        it.version,
        it.asked ? "yes" : "no",
        it.applied_at ? time(it.applied_at) : "configuration",
        it.by ?? "–",
        it.note ?? "–",
        buttons(operate && it.applied_at ? [rollback(it, operate)] : []),
      ],
    })),
    "No policy is configured.",
  );
}

function rollback(policy, operate) {
  return {
    label: "Roll back",
    name: "Roll back policy " + policy.policy + " from " + policy.version,
    run: () => operate(
      "Roll back policy " + policy.policy + " from " + policy.version + " to its previous rules?",
      "policies/" + encodeURIComponent(policy.policy) + "/rollback?version=" + encodeURIComponent(policy.version),
    ),
  };
}

/** Splits the routing of a job into policy, rule and version. */
function routing(text) {
  const found = /^(.*)\/(\d+)@(.*)$/.exec(text ?? "");
  return found && { policy: found[1], rule: Number(found[2]), version: found[3] };
}

/** Shows the arms of every rule that has a ramp, a tripped guard, or jobs in several arms. */
export function showArms(state, recent) {
  const jobs = recent.arms
    .map((it) => ({ ...it, routing: routing(it.routed_by) }))
    .filter((it) => it.routing && it.arm);
  const armsOf = new Map();
  for (const it of jobs) {
    armsOf.set(it.routed_by, (armsOf.get(it.routed_by) ?? 0) + 1);
  }
  const rows = jobs.filter((it) => {
    const policy = state.policies.find((p) => p.policy === it.routing.policy && p.version === it.routing.version);
    return policy && (armsOf.get(it.routed_by) > 1 || rampOf(policy, it) || tripOf(state, it));
  });
  show(
    byId("arms"),
    "Arms of yesterday and today, versions in force",
    ["Arm", "Rule", "State", "Guard", "#Jobs", "#Failed", "#Failed share", "#Cost per 1,000 jobs", "#Average call"],
    rows.map((it) => ({
      key: it.routed_by + "\n" + it.arm,
      cells: [
        it.arm,
        it.routing.policy + " rule " + it.routing.rule + " @" + it.routing.version,
        armState(state, it),
        guardOf(state, it),
        count(it.jobs),
        count(it.failed),
        percent(it.failed, it.jobs),
        it.jobs > 0 ? usd(((1000 * Number(it.cost_usd)) / it.jobs).toFixed(6)) : "–",
        millis(it.average_ms),
      ],
    })),
    "No rule has split jobs between models yesterday or today.",
  );
}

/** Returns the thresholds of the guard on an arm, in the words of the policy. */
function guardOf(state, arm) {
  const policy = state.policies.find((it) => it.policy === arm.routing.policy);
  const guard = policy.guards?.find((it) => it.rule === arm.routing.rule && it.arm === arm.arm);
  if (!guard) {
    return "–";
  }
  return [
    guard.error_rate && "errors " + guard.error_rate + " %",
    guard.p95_ratio && "P95 " + guard.p95_ratio + " ×",
    guard.cost_ratio && "cost " + guard.cost_ratio + " ×",
  ].filter(Boolean).join(", ") + " over " + count(guard.over) + " jobs";
}

function rampOf(policy, arm) {
  return policy.ramps.find((it) => it.rule === arm.routing.rule && it.arm === arm.arm);
}

function tripOf(state, arm) {
  return state.tripped.find((it) => it.policy === arm.routing.policy && it.arm === arm.arm && it.rule === arm.routing.rule);
}

function armState(state, arm) {
  const trip = tripOf(state, arm);
  if (trip) {
    return badge("bad", "tripped " + time(trip.tripped_at));
  }
  const ramp = rampOf(state.policies.find((it) => it.policy === arm.routing.policy), arm);
  return ramp ? badge("", ramp.share + " %, step " + ramp.step + " of " + ramp.steps) : badge("good", "in use");
}
