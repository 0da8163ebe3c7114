package dev.millrace.router.step;

import dev.millrace.router.budget.owner.OwnerStore;
import dev.millrace.router.budget.partition.BudgetServices;
import dev.millrace.router.budget.partition.BudgetStore;
import dev.millrace.router.cache.CacheServices;
import dev.millrace.router.cache.store.CacheStore;
import dev.millrace.router.canary.inflight.CanaryInFlightStore;
import dev.millrace.router.dedupe.SeenJobStore;
import dev.millrace.router.fair.PaceStore;
import dev.millrace.router.message.RoutingMessage.PlannedJob;
import dev.millrace.router.split.SplitServices;
import dev.millrace.router.topicwait.TopicWaitServices;

/**
 * The names of the topology's nodes and stores; {@link dev.millrace.router.canary.CanaryTopology}
 * and features have further ones. Changelogs are named after their stores, so the names of stores
 * must never change. Metrics and messages for users name steps by their nodes.
 */
public final class StepNames {
    static final String REQUESTS = "requests";
    static final String ENDS = "ends";
    static final String END_TIME = "end-time";
    static final String SETTLE = "settle";
    static final String VALIDATE = "validate";
    static final String MOVED = "moved";
    public static final String DEDUPE = "dedupe";
    static final String PLAN = "plan";
    static final String AWAIT_TOPIC = TopicWaitServices.STEP;
    static final String TOPIC_WAITS = "topic-waits";
    static final String ROUTE = "route";
    public static final String REFUSE = "refuse";
    static final String BURY = "bury";
    static final String OUTPUTS = "outputs";
    static final String RETRIEVED = "retrieved";
    static final String LOOKUPS = "lookups";
    static final String ASKED = "asked";
    static final String ANSWERED = "answered";
    static final String CACHE = CacheServices.STEP;
    static final String RELEASED = "released";
    static final String CACHE_BURY = "cache-bury";
    static final String CACHE_OUTPUTS = "cache-outputs";
    static final String CACHE_STATS = "cache-stats";
    static final String BUDGET = BudgetServices.STEP;
    static final String GRANTS_IN = "grants-in";
    static final String SPLIT = SplitServices.STEP;
    static final String PARTS_IN = "parts-in";
    static final String REPORTS = "reports";
    static final String REPORTS_IN = "reports-in";
    static final String BUDGET_OWNER = "budget-owner";
    static final String GRANTS = "grants";
    static final String BUDGET_STATES = "budget-states";
    static final String JOBS = "jobs";

    /** Store of seen jobs. */
    static final String SEEN_JOBS = SeenJobStore.NAME;

    /** Store of each tenant's lead. */
    static final String PACE = PaceStore.NAME;

    /** Store of the unfinished jobs of guarded arms. */
    static final String EXPOSURES = CanaryInFlightStore.NAME;

    /** Store of cached answers and of the jobs that wait for one. */
    static final String CACHED = CacheStore.NAME;

    /** Store of a partition's budgets, of its split jobs and of jobs that wait for topics. */
    static final String BUDGETS = BudgetStore.NAME;

    /** Store of the accounts of budgets. */
    static final String ACCOUNTS = OwnerStore.NAME;

    private StepNames() {}

    /** Returns the step after the budget: a job is called, or its document is split. */
    static String afterBudget(PlannedJob job) {
        return job.split() == null ? AWAIT_TOPIC : SPLIT;
    }
}
