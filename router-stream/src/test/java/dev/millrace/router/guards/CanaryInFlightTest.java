package dev.millrace.router.guards;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.LongRange;

class CanaryInFlightTest {
    private static final long NOW = 1_000;

    enum Event {
        OFFERED,
        ENDED_WELL,
        ENDED_BADLY
    }

    @Property
    void neverExceedsTheInitialLimitPlusGoodResults(
            @ForAll @IntRange(min = 1, max = 20) int initialLimit, @ForAll List<Event> events) {
        CanaryInFlight canary = CanaryInFlight.NONE;
        for (Event event : events) {
            canary =
                    switch (event) {
                        case OFFERED ->
                                canary.hasCapacity(initialLimit) ? canary.onRouted(NOW) : canary;
                        case ENDED_WELL -> canary.inFlight() > 0 ? canary.onEnd(true, NOW) : canary;
                        case ENDED_BADLY ->
                                canary.inFlight() > 0 ? canary.onEnd(false, NOW) : canary;
                    };

            assertThat(canary.inFlight()).isBetween(0L, initialLimit + canary.goodResults());
        }
    }

    @Property
    void limitGrowsWithGoodResults(@ForAll @IntRange(min = 1, max = 20) int initialLimit) {
        CanaryInFlight canary = CanaryInFlight.NONE;
        for (int round = 0; round < 5; round++) {
            long before = canary.inFlight();
            while (canary.hasCapacity(initialLimit)) {
                canary = canary.onRouted(NOW);
            }
            assertThat(canary.inFlight()).isGreaterThan(before);
            canary = canary.onEnd(true, NOW);
        }
    }

    @Property
    void decodesWhatWasEncoded(
            @ForAll @LongRange(min = 0) long inFlight,
            @ForAll @LongRange(min = 0) long goodResults,
            @ForAll @LongRange(min = 0) long cleared,
            @ForAll @LongRange(min = 0) long changed) {
        var canary = new CanaryInFlight(inFlight, goodResults, cleared, changed);

        assertThat(CanaryInFlight.read(canary.encode())).isEqualTo(canary);
    }

    @Example
    void unknownVersionReadsAsNone() {
        byte[] other = new CanaryInFlight(3, 2, 1, 4).encode();
        other[0] = 9;

        assertThat(CanaryInFlight.read(other)).isEqualTo(CanaryInFlight.NONE);
        assertThat(CanaryInFlight.read(new byte[0])).isEqualTo(CanaryInFlight.NONE);
    }

    @Property
    void clearingForgetsGoodResults(
            @ForAll @IntRange(min = 1, max = 20) int initialLimit,
            @ForAll @LongRange(min = 0, max = 1_000_000) long goodResults) {
        var before = new CanaryInFlight(0, goodResults, 7, NOW);

        assertThat(before.onCleared(7)).isEqualTo(before);
        assertThat(before.onCleared(8)).isEqualTo(new CanaryInFlight(0, 0, 8, NOW));
        assertThat(
                        new CanaryInFlight(initialLimit, goodResults, 7, NOW)
                                .onCleared(8)
                                .hasCapacity(initialLimit))
                .isFalse();
    }

    @Example
    void jobsAreLostOnlyWhenAllAreOlder() {
        var canary = CanaryInFlight.NONE.onRouted(NOW - 1).onRouted(NOW);

        assertThat(canary.withoutLost(NOW)).isEqualTo(canary);
        assertThat(canary.withoutLost(NOW + 1).inFlight()).isZero();
    }
}
