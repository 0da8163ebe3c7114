package dev.millrace.worker.loop;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.contracts.job.Lane;
import dev.millrace.worker.loop.LimitedWorker.Scene;
import dev.millrace.worker.loop.LimitedWorker.Source;
import dev.millrace.worker.loop.LimitedWorker.Start;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** A small tenant's jobs start at their fair pace beside the backlog of another, at any rate. */
class TenantSharesTest {
    /** Jobs that the router leaves in their lane: {@code router.fairness.burst}. */
    private static final int BURST = 1_000;

    private static final int SURPLUS = 2_000;
    private static final int SMALL = 20;
    private static final Duration SOON = Duration.ofSeconds(5);

    private final FakeCluster cluster = new FakeCluster();

    /** When the small tenant's jobs arrived, and the offset of their first one. */
    private Instant arrived = Instant.EPOCH;

    private int first;

    static List<Scene> scenes() {
        List<Scene> scenes = new ArrayList<>();
        for (int perMinute : new int[] {1, 60, 1_200, 30_000}) {
            scenes.add(new Scene(Source.CONFIGURED_REQUESTS, perMinute, Duration.ofSeconds(1)));
        }
        for (int concurrency : new int[] {1, 5}) {
            for (int millis : new int[] {100, 1_000, 5_000, 15_000, 60_000}) {
                scenes.add(
                        new Scene(
                                Source.CONFIGURED_CONCURRENCY,
                                concurrency,
                                Duration.ofMillis(millis)));
            }
        }
        return scenes;
    }

    /** Returns the calls that start once the small tenant's jobs have arrived. */
    private List<Start> besideBacklogsOf(Scene scene, int burst, String... tenants) {
        for (String tenant : tenants) {
            cluster.jobsOfTenant(tenant, Lane.NORMAL, burst);
            cluster.jobsOfTenant(tenant, Lane.BULK, SURPLUS);
        }
        var worker = new LimitedWorker(cluster, scene, "", Lane.NORMAL, Lane.BULK);
        worker.run(10);
        int before = worker.starts().size();
        arrived = worker.worker.time.now();
        // The source has skipped the first one: it takes its offset for a control record.
        cluster.jobsOfTenant("small", Lane.NORMAL, SMALL + 1);
        first = tenants.length * burst;
        while (worker.starts().stream().filter(this::isSmall).count() < SMALL) {
            worker.run(1);
        }
        List<Start> calls = worker.starts();
        return calls.subList(before, calls.size() - callsAfterLastSmall(calls));
    }

    /** Returns the number of calls in the last turn that follow the small tenant's last one. */
    private int callsAfterLastSmall(List<Start> calls) {
        int after = 0;
        while (!isSmall(calls.get(calls.size() - 1 - after))) {
            after++;
        }
        return after;
    }

    private boolean isSmall(Start start) {
        return start.customId().startsWith("0-")
                && Integer.parseInt(start.customId().substring(2)) >= first;
    }

    @ParameterizedTest
    @MethodSource("scenes")
    void smallTenantHasHalfOfTheCallsWithinFiveSeconds(Scene scene) {
        List<Start> calls = besideBacklogsOf(scene, BURST, "large");

        Instant firstStart = calls.stream().filter(this::isSmall).findFirst().orElseThrow().at();
        long late = calls.stream().filter(it -> it.at().isBefore(firstStart)).count();
        // A figure of docs/quota.md.
        System.out.printf(
                "%s: first start after %s and %d calls, all %d within %d calls%n",
                scene, Duration.between(arrived, firstStart), late, SMALL, calls.size());
        assertThat(late)
                .isLessThanOrEqualTo(Math.max(2, (long) (SOON.toSeconds() * scene.perSecond())));
        assertThat(calls.size() - late).isBetween(2L * SMALL - 3, 2L * SMALL + 3);
    }

    @Test
    void smallTenantHasItsPartBesideSeveralBacklogs() {
        var scene = new Scene(Source.CONFIGURED_REQUESTS, 60, Duration.ofSeconds(1));

        List<Start> calls = besideBacklogsOf(scene, BURST, "a", "b", "c", "d");

        assertThat(calls).hasSizeBetween(5 * SMALL - 6, 5 * SMALL + 6);
    }
}
