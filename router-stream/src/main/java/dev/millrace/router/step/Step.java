package dev.millrace.router.step;

import dev.millrace.router.canary.inflight.CanaryInFlightStore;
import dev.millrace.router.fair.PaceStore;
import dev.millrace.router.seen.SeenJobs;

/**
 * The names of the nodes of the topology's steps, and of their stores; {@link
 * dev.millrace.router.canary.CanaryTopology} has those of what watches. They are part of what is
 * stored in Kafka: a changed name is another store.
 */
final class Step {
    static final String REQUESTS = "requests";
    static final String ENDS = "ends";
    static final String END_TIME = "end-time";
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

    /** The store of jobs that have been seen; each store's changelog is named after it. */
    static final String SEEN_JOBS = SeenJobs.NAME;

    /** How far each tenant is ahead. */
    static final String PACE = PaceStore.NAME;

    /** How many unfinished jobs each guarded arm has. */
    static final String EXPOSURES = CanaryInFlightStore.NAME;

    private Step() {}
}
