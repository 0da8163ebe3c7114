package dev.millrace.worker.loop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.millrace.configuration.WorkerConfig.LaneWeights;
import dev.millrace.contracts.job.Lane;
import dev.millrace.contracts.job.Priority;
import dev.millrace.worker.loop.LimitedWorker.Scene;
import dev.millrace.worker.loop.LimitedWorker.Source;
import dev.millrace.worker.loop.LimitedWorker.Start;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Lanes share the calls of a limited model by their weights, however slow the limit is. */
class LaneSharesTest {
    private static final List<Lane> LANES = List.of(Lane.HIGH, Lane.NORMAL, Lane.LOW);
    private static final int WEIGHTS = LANES.stream().mapToInt(LaneWeights.DEFAULT::of).sum();

    private static final List<Lane> BACKLOGS = List.of(Lane.HIGH, Lane.NORMAL, Lane.LOW, Lane.BULK);

    private static final List<Lane> BACKLOGS_AND_CRITICAL =
            Stream.concat(Stream.of(Lane.CRITICAL), BACKLOGS.stream()).toList();

    private static final int CALLS_PER_CRITICAL = 3;

    /** Calls before the measurement: the lanes are polled one after the other. */
    private static final int FIRST_CALLS = 2 * WEIGHTS;

    private static final int ROUNDS = 5;
    private static final double TOLERANCE = 0.1;
    private static final double TOLERANCE_WITH_REFUSALS = 0.25;

    private final FakeCluster cluster = new FakeCluster();

    static List<Scene> scenes() {
        List<Scene> scenes = new ArrayList<>();
        for (int perMinute : new int[] {1, 60, 600, 1_200, 6_000}) {
            for (Source source : Source.values()) {
                if (source != Source.CONFIGURED_CONCURRENCY) {
                    scenes.add(new Scene(source, perMinute, Duration.ofSeconds(1)));
                }
            }
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

    @ParameterizedTest
    @MethodSource("scenes")
    void lanesShareTheCallsByWeight(Scene scene) {
        LANES.forEach(lane -> cluster.jobs(lane, 2_000, Priority.NORMAL, 0));
        var worker = new LimitedWorker(cluster, scene, "", LANES.toArray(Lane[]::new));
        worker.run(FIRST_CALLS);

        Map<String, Long> calls =
                worker.run(ROUNDS * WEIGHTS).stream()
                        .collect(
                                Collectors.groupingBy(LaneSharesTest::lane, Collectors.counting()));

        // A figure of docs/quota.md.
        System.out.println(scene + ": " + calls);
        for (Lane lane : LANES) {
            double due = ROUNDS * LaneWeights.DEFAULT.of(lane);
            assertThat(calls.getOrDefault(lane.word(), 0L).doubleValue())
                    .as(lane.word())
                    .isCloseTo(due, within(Math.max(1, tolerance(scene) * due)));
        }
    }

    static List<Scene> slowScenes() {
        return List.of(
                new Scene(Source.CONFIGURED_REQUESTS, 1, Duration.ofSeconds(1)),
                new Scene(Source.CONFIGURED_REQUESTS, 60, Duration.ofSeconds(1)),
                new Scene(Source.CONFIGURED_TOKENS, 60, Duration.ofSeconds(15)),
                new Scene(Source.CONFIGURED_CONCURRENCY, 1, Duration.ofMinutes(1)),
                new Scene(Source.CONFIGURED_CONCURRENCY, 5, Duration.ofSeconds(5)));
    }

    @ParameterizedTest
    @MethodSource("slowScenes")
    void criticalCallIsNextBesideBacklogs(Scene scene) {
        BACKLOGS.forEach(lane -> cluster.jobs(lane, 1_000, Priority.NORMAL, 0));
        cluster.jobsOfTenant("t", Lane.CRITICAL, 1);
        var worker =
                new LimitedWorker(cluster, scene, "", BACKLOGS_AND_CRITICAL.toArray(Lane[]::new));
        worker.run(FIRST_CALLS);

        for (int i = 0; i < 20; i++) {
            // The source skips the first one: it takes its offset for a control record.
            cluster.jobsOfTenant("t", Lane.CRITICAL, 2);
            List<Start> before = worker.starts();
            worker.run(CALLS_PER_CRITICAL);

            assertThat(lane(worker.starts().get(before.size())))
                    .as("call %d", before.size())
                    .isEqualTo(Lane.CRITICAL.word());
        }
    }

    @ParameterizedTest
    @MethodSource("slowScenes")
    void criticalCallsLeaveOtherLanesTheirTurns(Scene scene) {
        List<Lane> lanes = List.of(Lane.CRITICAL, Lane.NORMAL);
        lanes.forEach(lane -> cluster.jobs(lane, 1_000, Priority.NORMAL, 0));
        var worker = new LimitedWorker(cluster, scene, "", lanes.toArray(Lane[]::new));
        worker.run(FIRST_CALLS);

        assertThat(worker.run(100))
                .filteredOn(it -> lane(it).equals(Lane.NORMAL.word()))
                .hasSizeBetween(19, 21);
    }

    /** A refused call takes a turn, too, and its lane's next call may be accepted later. */
    private static double tolerance(Scene scene) {
        return scene.source() == Source.FOUND ? TOLERANCE_WITH_REFUSALS : TOLERANCE;
    }

    private static String lane(Start start) {
        String lane = start.customId().substring(0, start.customId().indexOf('-'));
        return lane.equals("0") ? Lane.NORMAL.word() : lane;
    }
}
