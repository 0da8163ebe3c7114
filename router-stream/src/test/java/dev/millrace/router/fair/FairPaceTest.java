package dev.millrace.router.fair;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.millrace.contracts.job.Lane;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
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

class FairPaceTest {
    private static final String MODEL = "small";
    private static final Offset<Double> ROUNDING = within(1e-6);

    /** A pace and the jobs that it put on the normal lane and that have not ended. */
    private static final class Served implements PaceLog {
        final FairPace pace;
        final Map<String, PaceEntry> stored = new HashMap<>();
        final Map<String, Integer> normal = new HashMap<>();
        final Set<String> tenants = new TreeSet<>();
        int open;
        long nowMillis = 1_763_640_000_000L;

        Served(double limit, Map<String, Integer> weights) {
            pace = new FairPace(new Fairness(limit, it -> weights.getOrDefault(it, 1)), this);
        }

        Lane arrive(String tenant) {
            tenants.add(tenant);
            Lane lane = pace.laneOf(MODEL, tenant, nowMillis);
            if (lane == Lane.NORMAL) {
                open++;
                normal.merge(tenant, 1, Integer::sum);
            }
            return lane;
        }

        void end() {
            if (open > 0) {
                open--;
                pace.onNormalEnd(MODEL, nowMillis);
            }
        }

        void pass(Duration time) {
            nowMillis += time.toMillis();
            pace.flush(nowMillis);
        }

        double ahead(String tenant) {
            return pace.ahead(MODEL, tenant);
        }

        int normalOf(String tenant) {
            return normal.getOrDefault(tenant, 0);
        }

        double ahead() {
            return tenants.stream().mapToDouble(this::ahead).sum();
        }

        @Override
        public void onMark(String model, String tenant, Mark mark) {
            put(PaceEntry.mark(model, tenant, mark));
        }

        @Override
        public void onLevel(String model, String tenant) {
            stored.remove(PaceEntry.key(model, tenant));
        }

        @Override
        public void flush() {
            // Everything is stored at once.
        }

        @Override
        public void onTime(String model, double virtualTime) {
            put(PaceEntry.time(model, virtualTime));
            if (virtualTime == 0) {
                stored.remove(PaceEntry.key(model));
            }
        }

        private void put(PaceEntry entry) {
            stored.put(entry.key(), PaceEntry.read(entry.key(), entry.value()).orElseThrow());
        }
    }

    /** A job of a tenant, or the end of some job. */
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

    private static void play(Served served, List<Event> events) {
        for (Event event : events) {
            if (event.isEnd()) {
                served.end();
            } else {
                served.arrive(event.tenant());
            }
        }
    }

    @Property
    void inSumAllAreAheadByTheOpenJobsOfTheNormalLane(
            @ForAll("events") List<Event> events,
            @ForAll("weights") Map<String, Integer> weights,
            @ForAll @IntRange(min = 1, max = 50) int limit) {
        var served = new Served(limit, weights);
        for (Event event : events) {
            play(served, List.of(event));
            assertThat(served.ahead()).isCloseTo(served.open, ROUNDING);
        }
    }

    @Property
    void nobodyIsAheadByMoreThanTheLimit(
            @ForAll("events") List<Event> events,
            @ForAll("weights") Map<String, Integer> weights,
            @ForAll @IntRange(min = 1, max = 50) int limit) {
        var served = new Served(limit, weights);
        for (Event event : events) {
            play(served, List.of(event));
            assertThat(served.tenants).allMatch(it -> served.ahead(it) <= limit + 1e-6);
        }
    }

    @Property
    void nothingIsKeptOnceAllJobsHaveEnded(
            @ForAll("events") List<Event> events, @ForAll("weights") Map<String, Integer> weights) {
        var served = new Served(20, weights);
        play(served, events);
        while (served.open > 0) {
            served.end();
        }

        assertThat(served.stored).isEmpty();
        assertThat(served.ahead()).isZero();
    }

    @Property
    void whatIsStoredIsThePaceItself(
            @ForAll("events") List<Event> events,
            @ForAll("events") List<Event> later,
            @ForAll("weights") Map<String, Integer> weights) {
        var served = new Served(20, weights);
        play(served, events);
        var successor = new Served(20, weights);
        served.stored.values().forEach(it -> successor.pace.restore(it, successor.nowMillis));
        successor.open = served.open;

        for (Event event : later) {
            if (event.isEnd()) {
                served.end();
                successor.end();
            } else {
                assertThat(successor.arrive(event.tenant()))
                        .isEqualTo(served.arrive(event.tenant()));
            }
        }
    }

    @Property
    void aTenantAloneIsOnTheNormalLaneWithItsNextJobOnceItsJobsHaveEnded(
            @ForAll @IntRange(min = 1, max = 1000) int weight,
            @ForAll @IntRange(min = 1, max = 500) int jobs,
            @ForAll @IntRange(min = 1, max = 50) int limit) {
        var served = new Served(limit, Map.of("alone", weight));
        for (int i = 0; i < jobs; i++) {
            assertThat(served.arrive("alone")).isEqualTo(i < limit ? Lane.NORMAL : Lane.BULK);
        }
        while (served.open > 0) {
            served.end();
            assertThat(served.arrive("alone")).isEqualTo(Lane.NORMAL);
            served.end();
        }
    }

    @Property
    void tenJobsOfAnotherGoToTheNormalLaneWhateverTheFirstHasSent(
            @ForAll("events") List<Event> events,
            @ForAll("weights") Map<String, Integer> weights,
            @ForAll @IntRange(min = 10, max = 50) int limit,
            @ForAll @IntRange(min = 1, max = 1000) int weight) {
        var all = new HashMap<>(weights);
        all.put("other", weight);
        var served = new Served(limit, all);
        play(served, events);
        var lanes = new ArrayList<Lane>();
        for (int i = 0; i < 10; i++) {
            lanes.add(served.arrive("other"));
        }

        assertThat(lanes).containsOnly(Lane.NORMAL);
    }

    @Property
    void busyTenantsShareTheNormalLaneByTheirWeights(
            @ForAll @IntRange(min = 1, max = 20) int heavier,
            @ForAll @IntRange(min = 2, max = 100) int limit) {
        var served = new Served(limit, Map.of("a", heavier, "b", 1));
        for (int i = 0; i < 5_000; i++) {
            while (served.arrive("a") == Lane.NORMAL) {}
            while (served.arrive("b") == Lane.NORMAL) {}
            served.end();
        }

        double share =
                (double) served.normalOf("a") / (served.normalOf("a") + served.normalOf("b"));
        double fair = heavier / (heavier + 1.0);
        assertThat(share).isCloseTo(fair, within(2.0 * limit / 5_000));
    }

    @Nested
    class WhenATenantsWeightHasChanged {
        @Test
        void itIsAheadByAsManyJobsAsBefore() {
            var weights = new HashMap<>(Map.of("a", 1));
            var served = new Served(100, weights);
            served.arrive("a");
            served.arrive("a");
            weights.put("a", 4);
            served.arrive("a");

            assertThat(served.ahead("a")).isCloseTo(3, ROUNDING);
        }
    }

    @Nested
    class WhenATenantHasSentAMillion {
        @Test
        void anEndLetsItsNextJobOntoTheNormalLane() {
            var served = new Served(83, Map.of());
            int normal = 0;
            for (int i = 0; i < 1_000_000; i++) {
                normal += served.arrive("a") == Lane.NORMAL ? 1 : 0;
            }

            assertThat(normal).isEqualTo(83);
            assertThat(served.stored).hasSize(1);
            served.end();
            assertThat(served.arrive("a")).isEqualTo(Lane.NORMAL);
        }
    }

    @Nested
    class WhenEndsAreNeverHeardOf {
        private final Served served = new Served(10, Map.of());

        private void fill(String tenant) {
            while (served.arrive(tenant) == Lane.NORMAL) {}
        }

        @Test
        void allAreLevelWhenNothingHasMovedForAnHour() {
            fill("a");
            fill("b");
            served.pass(FairPace.STILL);

            assertThat(served.stored).isEmpty();
            assertThat(served.arrive("a")).isEqualTo(Lane.NORMAL);
        }

        @Test
        void nobodyIsLevelledBefore() {
            fill("a");
            served.pass(FairPace.STILL.minusMillis(1));

            assertThat(served.arrive("a")).isEqualTo(Lane.BULK);
        }

        @Test
        void anEndIsAMove() {
            fill("a");
            served.pass(FairPace.STILL.minusMillis(1));
            served.end();
            served.pass(FairPace.STILL.minusMillis(1));

            assertThat(served.ahead("a")).isCloseTo(9, ROUNDING);
        }

        @Test
        void aJobForTheBulkLaneIsNone() {
            fill("a");
            served.pass(FairPace.STILL.minusMillis(1));
            assertThat(served.arrive("a")).isEqualTo(Lane.BULK);
            served.pass(Duration.ofMillis(1));

            assertThat(served.arrive("a")).isEqualTo(Lane.NORMAL);
        }

        @Test
        void aSuccessorCountsTheHourFromItsBeginning() {
            fill("a");
            var successor = new Served(10, Map.of());
            successor.nowMillis = served.nowMillis + Duration.ofDays(1).toMillis();
            served.stored.values().forEach(it -> successor.pace.restore(it, successor.nowMillis));
            successor.pass(Duration.ofMillis(1));
            assertThat(successor.arrive("a")).isEqualTo(Lane.BULK);

            successor.pass(FairPace.STILL);

            assertThat(successor.arrive("a")).isEqualTo(Lane.NORMAL);
        }
    }

    @Nested
    class WhenThereIsATenantForEachJob {
        private static final int TENANTS = 3 * ModelPace.MOST;

        private final Served served = new Served(10, Map.of("heavy", 5));

        private void fill() {
            for (int i = 0; i < TENANTS; i++) {
                served.arrive("tenant-" + i);
            }
        }

        @Test
        void memoryIsBounded() {
            fill();

            assertThat(served.stored).hasSize(ModelPace.MOST + 1);
        }

        @Test
        void thoseWithAMarkKeepTheirs() {
            fill();

            assertThat(served.ahead("tenant-0")).isCloseTo(1, ROUNDING);
            assertThat(served.arrive("tenant-0")).isEqualTo(Lane.NORMAL);
        }

        @Test
        void allFurtherOnesHaveTheBurstOfOne() {
            fill();

            assertThat(served.open).isEqualTo(ModelPace.MOST + 10);
            assertThat(served.arrive("heavy")).isEqualTo(Lane.BULK);
        }

        @Test
        void nothingIsKeptOnceAllJobsHaveEnded() {
            fill();
            while (served.open > 0) {
                served.end();
            }

            assertThat(served.stored).isEmpty();
            assertThat(served.arrive("heavy")).isEqualTo(Lane.NORMAL);
            assertThat(served.ahead("heavy")).isCloseTo(1, ROUNDING);
        }
    }

    @Nested
    class WhenTheLimitIsSplit {
        @Test
        void eachPartitionHasItsPart() {
            assertThat(FairPace.limit(1000, 12)).isCloseTo(83.33, within(0.01));
        }

        @Test
        void itIsAtLeastTwoJobs() {
            assertThat(FairPace.limit(1, 12)).isEqualTo(2);
        }
    }
}
