package dev.millrace.standalone.lateness;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.contracts.job.Lane;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.function.LongFunction;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

class LatenessMonitorTest {
    private static final Instant NOW = Instant.parse("2026-11-20T12:00:00Z");

    /** The times of the job at an offset, in every partition; null for no job. */
    private LongFunction<@Nullable HeaderTimes> jobs =
            _ -> new HeaderTimes(NOW.minusSeconds(90), NOW.plusSeconds(600));

    private final List<Long> read = new ArrayList<>();
    private final LatenessMonitor monitor = new LatenessMonitor(this::read);
    private Duration elapsed = Duration.ZERO;

    private Map<TopicPartition, SortedMap<Long, HeaderTimes>> read(
            Map<TopicPartition, SortedSet<Long>> offsets) {
        Map<TopicPartition, SortedMap<Long, HeaderTimes>> found = new HashMap<>();
        offsets.forEach(
                (partition, points) -> {
                    var times = new TreeMap<Long, HeaderTimes>();
                    for (long point : points) {
                        read.add(point);
                        HeaderTimes job = jobs.apply(point);
                        if (job != null) {
                            times.put(point, job);
                        }
                    }
                    found.put(partition, times);
                });
        return found;
    }

    private static LaneBacklog lane(Lane lane, PartitionQueue... queues) {
        Map<TopicPartition, PartitionQueue> partitions = new HashMap<>();
        for (int i = 0; i < queues.length; i++) {
            partitions.put(new TopicPartition("m." + lane.word(), i), queues[i]);
        }
        return new LaneBacklog("m", lane, partitions);
    }

    private static PartitionQueue unread(long from, long end) {
        return new PartitionQueue(List.of(), 0, from, end);
    }

    private ModelLateness lateness(LaneBacklog... lanes) {
        List<ModelLateness> models =
                monitor.onReading(List.of(lanes), NOW.plus(elapsed), elapsed.toNanos());
        elapsed = elapsed.plusSeconds(10);
        assertThat(models).extracting(ModelLateness::model).containsExactly("m");
        return models.getFirst();
    }

    /** Returns the late share of a lane that has just finished ten jobs in ten seconds. */
    private @Nullable Double shareAtOneASecond(PartitionQueue queue) {
        var _ =
                lateness(
                        lane(
                                Lane.NORMAL,
                                new PartitionQueue(
                                        queue.held(),
                                        queue.running(),
                                        queue.frontier() - 10,
                                        queue.end())));
        return lateness(lane(Lane.NORMAL, queue)).lateShare();
    }

    @Nested
    class AtAKnownRate {
        @Test
        void jobsThatEndAfterTheirDeadlineAreLate() {
            // 590 s are left for 1,024 jobs at one a second: five of eight points are in time.
            assertThat(shareAtOneASecond(unread(1_024, 2_048))).isEqualTo(3 / 8d);
        }

        @Test
        void jobsWithoutADeadlineAreNeverLate() {
            jobs = _ -> new HeaderTimes(NOW, null);
            assertThat(shareAtOneASecond(unread(1_024, 1_000_000))).isZero();
        }

        @Test
        void aShortQueueIsNotLate() {
            assertThat(shareAtOneASecond(unread(1_024, 1_100))).isZero();
        }

        @Test
        void heldAndUnreadJobsCountByTheirNumbers() {
            jobs = it -> new HeaderTimes(NOW, it < 1_024 ? NOW.minusSeconds(1) : null);
            var queue = new PartitionQueue(List.of(1_000L, 1_001L), 0, 1_024, 1_030);
            assertThat(shareAtOneASecond(queue)).isEqualTo(0.25);
        }

        @Test
        void aDeadlineFarBeyondMillisecondsIsNotLate() {
            jobs = _ -> new HeaderTimes(NOW, Instant.MAX);
            assertThat(shareAtOneASecond(unread(1_024, 2_048))).isZero();
        }
    }

    @Nested
    class WithoutARate {
        @Test
        void jobsWithALaterDeadlineThanTheHorizonAreNotLate() {
            jobs = _ -> new HeaderTimes(NOW, NOW.plusSeconds(901));
            assertThat(lateness(lane(Lane.NORMAL, unread(0, 1_000_000))).lateShare()).isZero();
        }

        @Test
        void jobsWithADeadlineWithinTheHorizonAreLate() {
            jobs = _ -> new HeaderTimes(NOW, NOW.plusSeconds(899));
            assertThat(lateness(lane(Lane.NORMAL, unread(0, 5))).lateShare()).isEqualTo(1);
        }
    }

    @Nested
    class AModel {
        @Test
        void hasTheJobsOfAllItsLanes() {
            jobs = it -> new HeaderTimes(NOW, it == 0 ? NOW : null);
            assertThat(
                            lateness(
                                            lane(Lane.HIGH, unread(0, 1)),
                                            lane(Lane.BULK, unread(1, 2), unread(2, 4)))
                                    .lateShare())
                    .isEqualTo(0.25);
        }

        @Test
        void withoutJobsIsInTime() {
            assertThat(lateness(lane(Lane.NORMAL, unread(7, 7))))
                    .isEqualTo(new ModelLateness("m", 0.0, Duration.ZERO));
        }

        @Test
        void whoseJobsCannotBeReadIsUnknown() {
            jobs = _ -> null;
            assertThat(lateness(lane(Lane.NORMAL, unread(0, 9))))
                    .isEqualTo(new ModelLateness("m", null, null));
        }
    }

    @Nested
    class TheOldestJob {
        @Test
        void isTheFirstOfAnyPartition() {
            jobs = it -> new HeaderTimes(NOW.minusSeconds(100 - it), null);
            assertThat(lateness(lane(Lane.NORMAL, unread(70, 90), unread(20, 30))).oldest())
                    .isEqualTo(Duration.ofSeconds(80));
        }

        @Test
        void ofTheFutureHasNoAge() {
            jobs = _ -> new HeaderTimes(NOW.plusSeconds(60), null);
            assertThat(lateness(lane(Lane.NORMAL, unread(0, 1))).oldest()).isZero();
        }
    }

    @Nested
    class ReadingJobs {
        @Test
        void readsEachJobOnce() {
            var _ = lateness(lane(Lane.NORMAL, unread(0, 1_000)));
            int first = read.size();
            var _ = lateness(lane(Lane.NORMAL, unread(0, 1_001)));
            assertThat(read).hasSize(first);
        }

        @Test
        void readsABoundedNumberAtOnce() {
            var queues = new PartitionQueue[100];
            for (int i = 0; i < queues.length; i++) {
                queues[i] = unread(0, 8_000);
            }
            var _ = lateness(lane(Lane.NORMAL, queues));
            assertThat(read).hasSize(SampledJobs.MAX_READ);
        }
    }
}
