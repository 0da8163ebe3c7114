package dev.millrace.router.feature;

import dev.millrace.router.dedupe.SeenJobStore;
import dev.millrace.router.fair.PaceStore;
import dev.millrace.router.hold.HoldServices;

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
    public static final String AWAIT_TOPIC = HoldServices.STEP;
    public static final String TOPIC_WAITS = "topic-waits";
    public static final String ROUTE = "route";
    public static final String REFUSE = "refuse";
    public static final String BURY = "bury";
    public static final String OUTPUTS = "outputs";
    public static final String RETRIEVED = "retrieved";
    public static final String JOBS = "jobs";

    /** Store of seen jobs. */
    public static final String SEEN_JOBS = SeenJobStore.NAME;

    /** Store of each tenant's lead. */
    public static final String PACE = PaceStore.NAME;

    /**
     * Store of jobs that wait for money, topics, an hour or the parts of a document. Each use has
     * other kinds of keys. Another store would slow every start of a router.
     */
    public static final String WAITING = "budget";

    private StepNames() {}
}
