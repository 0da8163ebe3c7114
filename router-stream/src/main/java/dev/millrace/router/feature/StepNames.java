package dev.millrace.router.feature;

import dev.millrace.router.budget.owner.OwnerStore;
import dev.millrace.router.budget.partition.BudgetServices;
import dev.millrace.router.budget.partition.BudgetStore;
import dev.millrace.router.dedupe.SeenJobStore;
import dev.millrace.router.fair.PaceStore;
import dev.millrace.router.topicwait.TopicWaitServices;

/**
 * The names of the nodes and stores of the core; features have further ones. Changelogs are named
 * after their stores, so the names of stores must never change. Metrics and messages for users name
 * steps by their nodes.
 */
public final class StepNames {
    public static final String REQUESTS = "requests";
    public static final String ENDS = "ends";
    public static final String END_TIME = "end-time";
    public static final String SETTLE = "settle";
    public static final String VALIDATE = "validate";
    public static final String MOVED = "moved";
    public static final String DEDUPE = "dedupe";
    public static final String PLAN = "plan";
    public static final String AWAIT_TOPIC = TopicWaitServices.STEP;
    public static final String TOPIC_WAITS = "topic-waits";
    public static final String ROUTE = "route";
    public static final String REFUSE = "refuse";
    public static final String BURY = "bury";
    public static final String OUTPUTS = "outputs";
    public static final String RETRIEVED = "retrieved";
    public static final String BUDGET = BudgetServices.STEP;
    public static final String GRANTS_IN = "grants-in";
    public static final String REPORTS = "reports";
    public static final String REPORTS_IN = "reports-in";
    public static final String BUDGET_OWNER = "budget-owner";
    public static final String GRANTS = "grants";
    public static final String BUDGET_STATES = "budget-states";
    public static final String JOBS = "jobs";

    /** Store of seen jobs. */
    public static final String SEEN_JOBS = SeenJobStore.NAME;

    /** Store of each tenant's lead. */
    public static final String PACE = PaceStore.NAME;

    /** Store of a partition's budgets, of its split jobs and of jobs that wait for topics. */
    public static final String BUDGETS = BudgetStore.NAME;

    /** Store of the accounts of budgets. */
    public static final String ACCOUNTS = OwnerStore.NAME;

    private StepNames() {}
}
