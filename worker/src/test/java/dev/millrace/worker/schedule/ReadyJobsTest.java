package dev.millrace.worker.schedule;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.configuration.WorkerConfig.LaneWeights;
import dev.millrace.contracts.job.Lane;
import dev.millrace.worker.job.Job;
import dev.millrace.worker.job.JobTopic;
import dev.millrace.worker.job.Jobs;
import dev.millrace.worker.job.Partition;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class ReadyJobsTest {
    private boolean hasReserveAlone;
    private final ReadyJobs ready =
            new ReadyJobs(LaneWeights.DEFAULT, _ -> 1, () -> hasReserveAlone);
    private final Map<Lane, Partition> partitions = new EnumMap<>(Lane.class);
    private long offset;

    private void add(Lane lane, int count) {
        Partition partition =
                partitions.computeIfAbsent(lane, it -> Jobs.active(new JobTopic("m", it)));
        for (int i = 0; i < count; i++) {
            ready.add(Jobs.ready(partition, offset++));
        }
    }

    /** Starts jobs until none fits, and returns their lanes. */
    private List<Lane> start(@Nullable Lane blocked) {
        var started = new ArrayList<Lane>();
        for (Job job = ready.next(it -> it.partition().lane() != blocked);
                job != null;
                job = ready.next(it -> it.partition().lane() != blocked)) {
            ready.onStarted(job);
            started.add(job.partition().lane());
        }
        return started;
    }

    @Nested
    class ALaneWhoseJobDoesNotFit {
        @ParameterizedTest
        @EnumSource(names = {"HIGH", "NORMAL", "LOW"})
        void keepsItsTurnBeforeOtherLanes(Lane other) {
            add(Lane.BULK, 1);
            add(other, 100);

            // The other lanes have an equal claim at first, and then wait for their next turn.
            assertThat(start(Lane.BULK)).hasSizeLessThanOrEqualTo(1);
            assertThat(ready.has(_ -> true)).isTrue();
        }

        @ParameterizedTest
        @EnumSource(names = {"EXPRESS", "CRITICAL"})
        void isOvertakenByCriticalJobsForALimitedTime(Lane critical) {
            add(Lane.BULK, 1);
            add(critical, 100);

            assertThat(start(Lane.BULK)).hasSize(LaneWeights.DEFAULT.of(critical));
        }

        @Test
        void isOvertakenByAnyNumberOfCriticalJobsInReservedSlots() {
            hasReserveAlone = true;
            add(Lane.NORMAL, 1_000);
            add(Lane.CRITICAL, 100);

            assertThat(start(Lane.NORMAL)).hasSize(100);
            hasReserveAlone = false;
            add(Lane.CRITICAL, 1);

            // Starts in reserved slots take no further turns.
            int before = 4 * LaneWeights.DEFAULT.of(Lane.NORMAL);
            assertThat(start(null).subList(0, before)).contains(Lane.CRITICAL);
        }

        @Test
        void isNotOvertakenIfItIsCritical() {
            add(Lane.CRITICAL, 1);
            add(Lane.EXPRESS, 100);

            assertThat(start(Lane.CRITICAL)).hasSizeLessThanOrEqualTo(1);
        }
    }

    @Nested
    class TwoTenants {
        private final ReadyJobs weighted =
                new ReadyJobs(
                        LaneWeights.DEFAULT, tenant -> tenant.equals("heavy") ? 3 : 1, () -> false);

        private void add(Lane lane, String tenant, int count) {
            Partition partition = Jobs.active(new JobTopic("m", lane));
            for (int i = 0; i < count; i++) {
                weighted.add(Jobs.ofTenant(tenant, partition, offset++));
            }
        }

        private List<String> start(int count) {
            var started = new ArrayList<String>();
            for (int i = 0; i < count; i++) {
                Job job = Objects.requireNonNull(weighted.next(_ -> true));
                weighted.onStarted(job);
                started.add(job.headers().tenant());
            }
            return started;
        }

        @Test
        void startByWeightThoughOneWroteFirst() {
            add(Lane.NORMAL, "heavy", 200);
            add(Lane.NORMAL, "light", 200);

            assertThat(start(40)).filteredOn("light"::equals).hasSize(10);
        }

        @Test
        void startByWeightOverAllLanes() {
            add(Lane.NORMAL, "heavy", 200);
            add(Lane.BULK, "light", 200);
            add(Lane.NORMAL, "light", 200);

            assertThat(start(40)).filteredOn("light"::equals).hasSizeBetween(9, 11);
        }

        @Test
        void tenantThatWasIdleGetsNoMoreThanItsTurns() {
            add(Lane.NORMAL, "light", 1);
            start(1);
            add(Lane.NORMAL, "heavy", 200);
            start(100);
            add(Lane.NORMAL, "light", 200);

            assertThat(start(40)).filteredOn("light"::equals).hasSizeBetween(10, 11);
        }

        /** A tenant whose lane has few turns must not lower the claims of those in other lanes. */
        @Test
        void tenantThatArrivesOvertakesNoOneForAThirdTenantThatWaits() {
            add(Lane.BULK, "third", 2_000);
            add(Lane.NORMAL, "first", 2_000);
            start(1_000);
            add(Lane.NORMAL, "second", 2_000);

            assertThat(start(50)).filteredOn("first"::equals).hasSizeBetween(19, 21);
        }

        @Test
        void startsInAnotherLanePutATenantBehindForALimitedTime() {
            add(Lane.BULK, "first", 2_000);
            add(Lane.BULK, "second", 2_000);
            add(Lane.NORMAL, "first", 1_000);
            start(1_250);

            // It was four calls behind.
            assertThat(start(36)).filteredOn("first"::equals).hasSize(16);
            assertThat(start(20)).filteredOn("first"::equals).hasSize(10);
        }

        /** The other lane starts jobs faster than this one. */
        @Test
        void jobsOfATenantThatIsBusyInAnotherLaneStillStart() {
            add(Lane.LOW, "first", 10);
            add(Lane.LOW, "second", 5_000);
            add(Lane.NORMAL, "first", 10_000);

            int started = 0;
            for (int i = 0; i < 6_000; i++) {
                Job job = Objects.requireNonNull(weighted.next(_ -> true));
                weighted.onStarted(job);
                boolean isFirst = job.headers().tenant().equals("first");
                started += isFirst && job.partition().lane() == Lane.LOW ? 1 : 0;
            }
            assertThat(started).isEqualTo(10);
        }

        @Test
        void withdrawnCallsTakeNoTurns() {
            add(Lane.NORMAL, "heavy", 200);
            add(Lane.NORMAL, "light", 200);
            weighted.mark();
            List<String> withdrawn = start(5);
            weighted.reset();

            assertThat(start(5)).isEqualTo(withdrawn);
        }
    }
}
