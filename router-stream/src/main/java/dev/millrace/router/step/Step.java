package dev.millrace.router.step;

/**
 * The names of the nodes of the topology's steps, and of the store of seen jobs; the other stores
 * and what watches name themselves. They are part of what is stored in Kafka: a changed name is
 * another store.
 */
final class Step {
    static final String REQUESTS = "requests";
    static final String ENDS = "ends";
    static final String SETTLE = "settle";
    static final String VALIDATE = "validate";
    static final String DEDUPE = "dedupe";
    static final String PLAN = "plan";
    static final String ROUTE = "route";
    static final String LANE = "lane";
    static final String REFUSE = "refuse";
    static final String BURY = "bury";
    static final String JOBS = "jobs";
    static final String RESULTS = "results";
    static final String COSTS = "costs";
    static final String DEAD_LETTERS = "dead-letters";

    /** The store of jobs that have been seen; its changelog is named after it. */
    static final String SEEN_JOBS = "seen-jobs";

    private Step() {}
}
