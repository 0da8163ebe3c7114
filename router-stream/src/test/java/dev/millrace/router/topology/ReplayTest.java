package dev.millrace.router.topology;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.contracts.job.JobId;
import dev.millrace.contracts.job.Lane;
import dev.millrace.contracts.policy.Arm;
import dev.millrace.contracts.policy.Guard;
import dev.millrace.contracts.policy.Policy;
import dev.millrace.contracts.policy.Rule;
import dev.millrace.contracts.result.CostEvent;
import dev.millrace.contracts.result.JobEnd;
import dev.millrace.contracts.result.Route;
import dev.millrace.router.guards.Canaries;
import dev.millrace.router.policy.ActivePolicy;
import java.math.BigDecimal;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Tests that a router without state splits a batch as another router did. */
@Tag("slow")
class ReplayTest {
    private static final int JOBS = 300;
    private static final int INITIALLY = 10;
    private static final Optional<Guard> GUARD =
            Optional.of(
                    new Guard(
                            "second",
                            Optional.of(5.0),
                            Optional.empty(),
                            Optional.empty(),
                            INITIALLY));

    private static ActivePolicy live(String version, Optional<Guard> guard) {
        var rule =
                new Rule(
                        Optional.empty(),
                        List.of(),
                        List.of(new Arm("small", 70), new Arm("second", 30)),
                        Optional.empty(),
                        Optional.empty(),
                        Optional.empty(),
                        guard);
        return ActivePolicy.of("default", version, new Policy(List.of(rule)));
    }

    /** Returns the arm of each job by id, if the given number of 100 jobs has succeeded. */
    private static Map<String, String> route(ActivePolicy live, int ended, List<String> batch) {
        try (var router = new RouterDriver()) {
            router.active = live;
            if (live.policy().rules().getFirst().guard().isPresent()) {
                var arm = new Canaries.Canary("second", INITIALLY, 0);
                router.canaries.put("default/1@" + live.version(), arm);
            }
            Map<String, String> arms = new TreeMap<>();
            batch.subList(0, 100).forEach(it -> router.send(RouterDriver.line(it, "auto")));
            arms.putAll(arms(router));
            arms.entrySet().stream()
                    .filter(it -> it.getValue().equals("second"))
                    .limit(ended)
                    .forEach(it -> end(router, live, it.getKey()));
            batch.subList(100, JOBS).forEach(it -> router.send(RouterDriver.line(it, "auto")));
            arms.putAll(arms(router));
            return arms;
        }
    }

    private static Map<String, String> arms(RouterDriver router) {
        Map<String, String> arms = new TreeMap<>();
        for (String model : List.of("small", "second")) {
            router.jobs(model).forEach(it -> arms.put(it.key(), model));
            router.jobs(model, Lane.BULK).forEach(it -> arms.put(it.key(), model));
        }
        return arms;
    }

    private static void end(RouterDriver router, ActivePolicy live, String jobId) {
        var end =
                new JobEnd(
                        new Route("default/1@" + live.version(), "second"),
                        Lane.NORMAL,
                        null,
                        1,
                        BigDecimal.ONE,
                        7);
        router.end(CostEvent.withoutCall(new JobId(jobId), "default", "default").with(end));
    }

    private static List<String> batch() {
        return IntStream.range(0, JOBS).mapToObj(i -> "job-" + i).toList();
    }

    private static long ofSecond(Map<String, String> arms) {
        return arms.values().stream().filter("second"::equals).count();
    }

    @Nested
    class WithoutAGuard {
        private final Map<String, String> first = route(live("v7", Optional.empty()), 0, batch());

        @Test
        void eachJobGetsTheSameArm() {
            assertThat(first).hasSize(JOBS);
            assertThat(ofSecond(first)).isBetween(50L, 130L);
            assertThat(route(live("v7", Optional.empty()), 0, batch())).isEqualTo(first);
        }

        @Test
        void eachJobGetsTheSameArmInAnotherOrder() {
            assertThat(route(live("v7", Optional.empty()), 0, batch().reversed())).isEqualTo(first);
        }

        @Test
        void eachJobGetsTheSameArmUnderAnotherVersionWithTheSameShares() {
            assertThat(route(live("v8", Optional.empty()), 0, batch())).isEqualTo(first);
        }
    }

    @Nested
    class WithAGuard {
        private final Map<String, String> first = route(live("v7", GUARD), 5, batch());

        @Test
        void eachJobGetsTheSameArmIfTheSameJobsHaveEnded() {
            assertThat(ofSecond(first)).isEqualTo(INITIALLY + 2 * 5);
            assertThat(route(live("v7", GUARD), 5, batch())).isEqualTo(first);
        }

        @Test
        void guardAddsNoJobsToTheArm() {
            Map<String, String> without = route(live("v7", Optional.empty()), 0, batch());

            assertThat(first.entrySet())
                    .filteredOn(it -> it.getValue().equals("second"))
                    .allMatch(it -> "second".equals(without.get(it.getKey())));
        }

        @Test
        void armDependsOnTheJobsThatHaveEnded() {
            assertThat(ofSecond(route(live("v7", GUARD), 0, batch()))).isEqualTo(INITIALLY);
        }
    }
}
