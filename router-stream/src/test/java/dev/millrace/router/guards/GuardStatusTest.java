package dev.millrace.router.guards;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.contracts.control.Trip;
import dev.millrace.router.guards.GuardStatus.Counting;
import dev.millrace.router.guards.GuardStatus.Tripped;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.Optional;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

class GuardStatusTest {
    private static final long NOW = 1_763_640_000_000L;
    private static final long TRIP_VISIBLE_WITHIN = GuardStatus.TRIP_VISIBLE_WITHIN.toMillis();
    private static final GuardStatus COUNTING = new Counting(GuardStatus.NEVER, GuardStatus.NEVER);

    private static Optional<Trip> trip(long at) {
        return Optional.of(
                new Trip(
                        Instant.ofEpochMilli(at),
                        "v1",
                        1,
                        "because",
                        1,
                        1,
                        BigDecimal.ZERO,
                        Optional.empty()));
    }

    private static Optional<Trip> cleared(long at, long clearedAt) {
        return trip(at).map(it -> it.cleared(Instant.ofEpochMilli(clearedAt)));
    }

    @Nested
    class WhileCounting {
        @Test
        void tripInControlTripsTheGuard() {
            assertThat(COUNTING.onControl(trip(NOW - 5), NOW)).isEqualTo(new Tripped(NOW - 5));
        }

        @Test
        void knownClearingChangesNothing() {
            var since = new Counting(NOW - 3, NOW - 1);

            assertThat(since.onControl(cleared(NOW - 5, NOW - 3), NOW)).isEqualTo(since);
        }

        @Test
        void newClearingRestartsCounting() {
            assertThat(new Counting(NOW - 30, NOW - 29).onControl(cleared(NOW - 5, NOW - 3), NOW))
                    .isEqualTo(new Counting(NOW - 3, NOW));
        }

        @Test
        void clearingByAClockThatIsAheadRestartsCountingOnce() {
            GuardStatus once = COUNTING.onControl(cleared(NOW, NOW + 60_000), NOW);

            assertThat(once).isNotEqualTo(COUNTING);
            assertThat(once.onControl(cleared(NOW, NOW + 60_000), NOW + 1)).isEqualTo(once);
        }
    }

    @Nested
    class WhenTheGuardHasTripped {
        private final GuardStatus tripped = new Tripped(NOW);

        @Test
        void waitsUntilControlShowsTheTrip() {
            assertThat(tripped.onControl(Optional.empty(), NOW + TRIP_VISIBLE_WITHIN))
                    .isEqualTo(tripped);
        }

        @Test
        void clearingOfAnEarlierTripIsIgnored() {
            assertThat(tripped.onControl(cleared(NOW - 9, NOW - 5), NOW + 1)).isEqualTo(tripped);
        }

        @Test
        void clearingOfItsOwnTripRestartsCounting() {
            assertThat(tripped.onControl(cleared(NOW, NOW + 9), NOW + 10))
                    .isEqualTo(new Counting(NOW + 9, NOW + 10));
        }

        @Test
        void countsAgainAfterItsTripWasDeletedFromControl() {
            long later = NOW + TRIP_VISIBLE_WITHIN + 1;

            assertThat(tripped.onControl(Optional.empty(), later))
                    .isEqualTo(new Counting(GuardStatus.NEVER, later));
        }
    }

    @Nested
    class AfterAClearing {
        private static final long GRACE_MILLIS = GuardStatus.CLEARING_GRACE.toMillis();

        private final Counting counting = new Counting(NOW - 3, NOW);

        @Test
        void jobsThatEndedBeforeTheClearingDoNotCount() {
            assertThat(counting.counts(NOW, 0, NOW + GRACE_MILLIS - 1)).isFalse();
            assertThat(counting.counts(NOW + 1, 0, NOW + GRACE_MILLIS - 1)).isTrue();
        }

        @Test
        void jobWhoseCallBeganBeforeTheClearingDoesNotCount() {
            long later = NOW + 3_600_000;
            assertThat(counting.counts(later, later - NOW, later)).isFalse();
            assertThat(counting.counts(later, later - NOW - 1, later)).isTrue();
        }

        @Test
        void workerWhoseClockIsBehindCountsAfterTheGracePeriod() {
            assertThat(counting.counts(NOW - 600_000, 0, NOW + GRACE_MILLIS)).isTrue();
        }

        @Test
        void routerClockThatWentBackDoesNotStopCounting() {
            assertThat(counting.counts(NOW - 600_000, 0, NOW - 500_000)).isTrue();
        }
    }

    @Property
    void decodesWhatWasEncoded(@ForAll boolean isTripped, @ForAll long millis) {
        var status = isTripped ? new Tripped(millis) : new Counting(millis, millis / 2);

        assertThat(GuardStatus.decode(status.encode())).contains(status);
    }

    @Nested
    class WhenTheStoredVersionIsUnknown {
        @Test
        void statusIsIgnored() {
            byte[] before = COUNTING.encode();
            before[0] = 1;

            assertThat(GuardStatus.decode(before)).isEmpty();
            assertThat(GuardStatus.decode(new byte[] {GuardStatus.VERSION})).isEmpty();
            assertThat(GuardStatus.decode(new byte[0])).isEmpty();
        }
    }
}
