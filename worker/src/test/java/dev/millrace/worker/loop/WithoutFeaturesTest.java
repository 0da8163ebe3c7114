package dev.millrace.worker.loop;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.contracts.catalog.Limits;
import dev.millrace.worker.quota.LimitSearch;
import dev.millrace.worker.quota.PermitSource;
import org.junit.jupiter.api.Test;

/** The core of the worker runs without any feature. */
class WithoutFeaturesTest {
    private static final int JOBS = 300;

    private final FakeCluster cluster = new FakeCluster();

    WithoutFeaturesTest() {
        cluster.searches = LimitSearch.NONE;
    }

    private TestWorker worker() {
        return new TestWorker(cluster, PermitSource.LOCAL, Limits.NONE, "max_in_flight: 1000");
    }

    @Test
    void jobsStartUpToTheConfiguredLimits() {
        for (int i = 0; i < JOBS; i++) {
            cluster.job(0, i);
        }
        var worker = worker().owning(0);
        worker.turn(100);

        assertThat(worker.providers.calls).hasSize(JOBS);
    }

    @Test
    void jobsOfOnePromptDoNotWaitForEachOther() {
        for (int i = 0; i < 3; i++) {
            cluster.promptJob(i, "x".repeat(5_000), null);
        }
        var worker = worker().owning(0);

        assertThat(worker.providers.calls).containsExactly("0-0", "0-1", "0-2");
    }
}
