package dev.millrace.standalone.pipeline;

import dev.millrace.contracts.service.Health;
import dev.millrace.standalone.cluster.ClusterAccess;
import dev.millrace.standalone.console.Rest;
import java.time.Duration;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * Waits until the cluster of a service, and a gateway's database, can be reached. One thread waits;
 * any thread may read the health.
 */
final class ClusterWait {
    /** A check of a cluster that does not answer takes five seconds more. */
    private static final Duration PAUSE = Duration.ofSeconds(1);

    private final Supplier<ClusterAccess> check;
    private final Rest rest;
    private final Consumer<String> report;
    private volatile Health health = Health.waiting("starting");

    /**
     * @param check checks the cluster, and throws an exception if it refuses the user
     * @param report receives each reason to wait once, as a human-readable line
     */
    ClusterWait(Supplier<ClusterAccess> check, Rest rest, Consumer<String> report) {
        this.check = check;
        this.rest = rest;
        this.report = report;
    }

    /** Returns why the service has not started. */
    Health health() {
        return health;
    }

    /**
     * Checks until nothing is missing.
     *
     * @param first the result of the previous check
     * @return false if the process must stop
     */
    boolean await(ClusterAccess first) throws InterruptedException {
        ClusterAccess access = first;
        String reported = "";
        while (access instanceof ClusterAccess.Unreachable(String needed, String reason)) {
            if (!reason.equals(reported)) {
                reported = reason;
                health = Health.waiting("waiting for " + needed + ": " + reason);
                report.accept(health.detail());
            }
            if (rest.isEnded(PAUSE)) {
                return false;
            }
            access = check.get();
        }
        health = Health.waiting("starting");
        return true;
    }
}
