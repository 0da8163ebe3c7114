package dev.millrace.worker.schedule;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.contracts.config.WorkerConfig.LaneWeights;
import dev.millrace.contracts.job.Lane;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

class WeightedRoundRobinTest {
    private static WeightedRoundRobin turns(int normal, int bulk) {
        return WeightedRoundRobin.of(new LaneWeights(1, 1, normal, 1, bulk));
    }

    /** The lanes that start when both always have jobs. */
    private static List<Lane> started(WeightedRoundRobin first, int count) {
        var lanes = new ArrayList<Lane>();
        WeightedRoundRobin turns = first;
        for (int i = 0; i < count; i++) {
            Lane lane = turns.next();
            lanes.add(lane);
            turns = turns.onStarted(lane, true);
        }
        return lanes;
    }

    @Test
    void fourNormalJobsPrecedeOneBulkJob() {
        assertThat(started(WeightedRoundRobin.of(LaneWeights.DEFAULT), 7))
                .containsExactly(
                        Lane.NORMAL,
                        Lane.NORMAL,
                        Lane.NORMAL,
                        Lane.NORMAL,
                        Lane.BULK,
                        Lane.NORMAL,
                        Lane.NORMAL);
    }

    @Property
    void lanesStartByWeightWhileBothHaveJobs(
            @ForAll @IntRange(min = 1, max = 20) int normal,
            @ForAll @IntRange(min = 1, max = 20) int bulk) {
        var started = started(turns(normal, bulk), 10 * (normal + bulk));

        assertThat(Collections.frequency(started, Lane.BULK)).isBetween(10 * bulk - 1, 10 * bulk);
    }

    @Property
    void tenNormalJobsStartAmongThirteenWhateverHappenedBefore(
            @ForAll @Size(max = 100) List<Lane> before, @ForAll @Size(100) List<Boolean> waits) {
        WeightedRoundRobin turns = WeightedRoundRobin.of(LaneWeights.DEFAULT);
        for (int i = 0; i < before.size(); i++) {
            turns = turns.onStarted(before.get(i), waits.get(i));
        }

        assertThat(Collections.frequency(started(turns, 13), Lane.NORMAL))
                .isGreaterThanOrEqualTo(10);
    }

    @Test
    void bulkStartsWithoutCompetitionDoNotCountAgainstBulk() {
        WeightedRoundRobin turns = WeightedRoundRobin.of(LaneWeights.DEFAULT);
        for (int i = 0; i < 1_000; i++) {
            turns = turns.onStarted(Lane.BULK, false);
        }

        assertThat(turns).isEqualTo(WeightedRoundRobin.of(LaneWeights.DEFAULT));
    }

    @Test
    void unusedBulkTurnsAreNotKept() {
        WeightedRoundRobin turns = WeightedRoundRobin.of(LaneWeights.DEFAULT);
        for (int i = 0; i < 1_000; i++) {
            turns = turns.onStarted(Lane.NORMAL, i % 2 == 0);
        }

        assertThat(started(turns, 2)).containsExactly(Lane.BULK, Lane.NORMAL);
    }
}
