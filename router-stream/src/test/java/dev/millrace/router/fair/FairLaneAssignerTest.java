package dev.millrace.router.fair;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.millrace.contracts.job.Lane;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

class FairLaneAssignerTest {
    private static final Offset<Double> ROUNDING = within(1e-6);

    /** Arrival of a tenant's job, or the end of an open job. */
    record Event(boolean isEnd, String tenant) {}

    @Provide
    Arbitrary<List<Event>> events() {
        return Combinators.combine(
                        Arbitraries.of(true, false), Arbitraries.of("a", "b", "c", "d", "e"))
                .as(Event::new)
                .list()
                .ofMaxSize(400);
    }

    @Provide
    Arbitrary<Map<String, Integer>> weights() {
        return Arbitraries.maps(
                Arbitraries.of("a", "b", "c", "d", "e"), Arbitraries.integers().between(1, 1000));
    }

    private static void play(LaneSimulation simulation, List<Event> events) {
        for (Event event : events) {
            if (event.isEnd()) {
                simulation.end();
            } else {
                simulation.arrive(event.tenant());
            }
        }
    }

    @Property
    void leadsAddUpToTheOpenJobsOfTheNormalLane(
            @ForAll("events") List<Event> events,
            @ForAll("weights") Map<String, Integer> weights,
            @ForAll @IntRange(min = 1, max = 50) int limit) {
        var simulation = new LaneSimulation(limit, weights);
        for (Event event : events) {
            play(simulation, List.of(event));
            assertThat(simulation.ahead()).isCloseTo(simulation.open, ROUNDING);
        }
    }

    @Property
    void noTenantIsAheadByMoreThanTheLimit(
            @ForAll("events") List<Event> events,
            @ForAll("weights") Map<String, Integer> weights,
            @ForAll @IntRange(min = 1, max = 50) int limit) {
        var simulation = new LaneSimulation(limit, weights);
        for (Event event : events) {
            play(simulation, List.of(event));
            assertThat(simulation.tenants).allMatch(it -> simulation.ahead(it) <= limit + 1e-6);
        }
    }

    @Property
    void storeIsEmptyOnceAllJobsHaveEnded(
            @ForAll("events") List<Event> events, @ForAll("weights") Map<String, Integer> weights) {
        var simulation = new LaneSimulation(20, weights);
        play(simulation, events);
        while (simulation.open > 0) {
            simulation.end();
        }

        assertThat(simulation.stored).isEmpty();
        assertThat(simulation.ahead()).isZero();
    }

    @Property
    void restoredAssignerContinuesLikeTheOriginal(
            @ForAll("events") List<Event> events,
            @ForAll("events") List<Event> later,
            @ForAll("weights") Map<String, Integer> weights) {
        var simulation = new LaneSimulation(20, weights);
        play(simulation, events);
        var successor = new LaneSimulation(20, weights);
        simulation
                .stored
                .values()
                .forEach(it -> successor.assigner.restore(it, successor.nowMillis));
        successor.open = simulation.open;

        for (Event event : later) {
            if (event.isEnd()) {
                simulation.end();
                successor.end();
            } else {
                assertThat(successor.arrive(event.tenant()))
                        .isEqualTo(simulation.arrive(event.tenant()));
            }
        }
    }

    @Property
    void loneTenantReturnsToTheNormalLaneWhenItsJobsEnd(
            @ForAll @IntRange(min = 1, max = 1000) int weight,
            @ForAll @IntRange(min = 1, max = 500) int jobs,
            @ForAll @IntRange(min = 1, max = 50) int limit) {
        var simulation = new LaneSimulation(limit, Map.of("alone", weight));
        for (int i = 0; i < jobs; i++) {
            assertThat(simulation.arrive("alone")).isEqualTo(i < limit ? Lane.NORMAL : Lane.BULK);
        }
        while (simulation.open > 0) {
            simulation.end();
            assertThat(simulation.arrive("alone")).isEqualTo(Lane.NORMAL);
            simulation.end();
        }
    }

    @Property
    void tenJobsOfANewTenantGoToTheNormalLane(
            @ForAll("events") List<Event> events,
            @ForAll("weights") Map<String, Integer> weights,
            @ForAll @IntRange(min = 10, max = 50) int limit,
            @ForAll @IntRange(min = 1, max = 1000) int weight) {
        var all = new HashMap<>(weights);
        all.put("other", weight);
        var simulation = new LaneSimulation(limit, all);
        play(simulation, events);
        var lanes = new ArrayList<Lane>();
        for (int i = 0; i < 10; i++) {
            lanes.add(simulation.arrive("other"));
        }

        assertThat(lanes).containsOnly(Lane.NORMAL);
    }

    @Property
    void busyTenantsShareTheNormalLaneByWeight(
            @ForAll @IntRange(min = 1, max = 20) int heavier,
            @ForAll @IntRange(min = 2, max = 100) int limit) {
        var simulation = new LaneSimulation(limit, Map.of("a", heavier, "b", 1));
        for (int i = 0; i < 5_000; i++) {
            while (simulation.arrive("a") == Lane.NORMAL) {}
            while (simulation.arrive("b") == Lane.NORMAL) {}
            simulation.end();
        }

        double share =
                (double) simulation.normalOf("a")
                        / (simulation.normalOf("a") + simulation.normalOf("b"));
        double fair = heavier / (heavier + 1.0);
        assertThat(share).isCloseTo(fair, within(2.0 * limit / 5_000));
    }

    @Nested
    class WhenATenantsWeightHasChanged {
        @Test
        void leadInJobsIsUnchanged() {
            var weights = new HashMap<>(Map.of("a", 1));
            var simulation = new LaneSimulation(100, weights);
            simulation.arrive("a");
            simulation.arrive("a");
            weights.put("a", 4);
            simulation.arrive("a");

            assertThat(simulation.ahead("a")).isCloseTo(3, ROUNDING);
        }
    }

    @Nested
    class WhenATenantHasSentAMillionJobs {
        @Test
        void oneEndAdmitsOneJobToTheNormalLane() {
            var simulation = new LaneSimulation(83, Map.of());
            int normal = 0;
            for (int i = 0; i < 1_000_000; i++) {
                normal += simulation.arrive("a") == Lane.NORMAL ? 1 : 0;
            }

            assertThat(normal).isEqualTo(83);
            assertThat(simulation.stored).hasSize(1);
            simulation.end();
            assertThat(simulation.arrive("a")).isEqualTo(Lane.NORMAL);
        }
    }

    @Nested
    class WhenEndsAreLost {
        private final LaneSimulation simulation = new LaneSimulation(10, Map.of());

        private void fill(String tenant) {
            while (simulation.arrive(tenant) == Lane.NORMAL) {}
        }

        @Test
        void leadsAreResetAfterAnHourWithoutChange() {
            fill("a");
            fill("b");
            simulation.pass(FairLaneAssigner.RESET_AFTER);

            assertThat(simulation.stored).isEmpty();
            assertThat(simulation.arrive("a")).isEqualTo(Lane.NORMAL);
        }

        @Test
        void leadsAreNotResetAMillisecondEarlier() {
            fill("a");
            simulation.pass(FairLaneAssigner.RESET_AFTER.minusMillis(1));

            assertThat(simulation.arrive("a")).isEqualTo(Lane.BULK);
        }

        @Test
        void endOfAJobDelaysTheReset() {
            fill("a");
            simulation.pass(FairLaneAssigner.RESET_AFTER.minusMillis(1));
            simulation.end();
            simulation.pass(FairLaneAssigner.RESET_AFTER.minusMillis(1));

            assertThat(simulation.ahead("a")).isCloseTo(9, ROUNDING);
        }

        @Test
        void jobOnTheBulkLaneDoesNotDelayTheReset() {
            fill("a");
            simulation.pass(FairLaneAssigner.RESET_AFTER.minusMillis(1));
            assertThat(simulation.arrive("a")).isEqualTo(Lane.BULK);
            simulation.pass(Duration.ofMillis(1));

            assertThat(simulation.arrive("a")).isEqualTo(Lane.NORMAL);
        }

        @Test
        void successorCountsTheHourFromItsStart() {
            fill("a");
            var successor = new LaneSimulation(10, Map.of());
            successor.nowMillis = simulation.nowMillis + Duration.ofDays(1).toMillis();
            simulation
                    .stored
                    .values()
                    .forEach(it -> successor.assigner.restore(it, successor.nowMillis));
            successor.pass(Duration.ofMillis(1));
            assertThat(successor.arrive("a")).isEqualTo(Lane.BULK);

            successor.pass(FairLaneAssigner.RESET_AFTER);

            assertThat(successor.arrive("a")).isEqualTo(Lane.NORMAL);
        }
    }

    @Nested
    class WhenEachJobHasItsOwnTenant {
        private static final int TENANTS = 3 * ModelPace.MAX_TAGS;

        private final LaneSimulation simulation = new LaneSimulation(10, Map.of("heavy", 5));

        private void fill() {
            for (int i = 0; i < TENANTS; i++) {
                simulation.arrive("tenant-" + i);
            }
        }

        @Test
        void memoryIsBounded() {
            fill();

            assertThat(simulation.stored).hasSize(ModelPace.MAX_TAGS + 1);
        }

        @Test
        void tenantsWithATagKeepIt() {
            fill();

            assertThat(simulation.ahead("tenant-0")).isCloseTo(1, ROUNDING);
            assertThat(simulation.arrive("tenant-0")).isEqualTo(Lane.NORMAL);
        }

        @Test
        void furtherTenantsShareOneLimit() {
            fill();

            assertThat(simulation.open).isEqualTo(ModelPace.MAX_TAGS + 10);
            assertThat(simulation.arrive("heavy")).isEqualTo(Lane.BULK);
        }

        @Test
        void storeIsEmptyOnceAllJobsHaveEnded() {
            fill();
            while (simulation.open > 0) {
                simulation.end();
            }

            assertThat(simulation.stored).isEmpty();
            assertThat(simulation.arrive("heavy")).isEqualTo(Lane.NORMAL);
            assertThat(simulation.ahead("heavy")).isCloseTo(1, ROUNDING);
        }
    }

    @Nested
    class WhenTheBurstIsDivided {
        @Test
        void eachPartitionGetsItsPart() {
            assertThat(FairLaneAssigner.limitPerPartition(1000, 12)).isCloseTo(83.33, within(0.01));
        }

        @Test
        void limitIsAtLeastTwoJobs() {
            assertThat(FairLaneAssigner.limitPerPartition(1, 12)).isEqualTo(2);
        }
    }
}
