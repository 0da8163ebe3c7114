package dev.millrace.router.exposure;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.util.List;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.LongRange;

class ExposureTest {
    private static final long NOW = 1_000;

    enum Event {
        OFFERED,
        ENDED_WELL,
        ENDED_BADLY
    }

    @Property
    void neverAreMoreJobsOpenThanItBeganWithAndHasEndedWell(
            @ForAll @IntRange(min = 1, max = 20) int initially, @ForAll List<Event> events) {
        Exposure exposure = Exposure.NONE;
        for (Event event : events) {
            exposure =
                    switch (event) {
                        case OFFERED ->
                                exposure.hasRoom(initially) ? exposure.onRouted(NOW) : exposure;
                        case ENDED_WELL ->
                                exposure.open() > 0 ? exposure.onEnd(true, NOW) : exposure;
                        case ENDED_BADLY ->
                                exposure.open() > 0 ? exposure.onEnd(false, NOW) : exposure;
                    };

            assertThat(exposure.open()).isBetween(0L, initially + exposure.good());
        }
    }

    @Property
    void whoeverDoesWellMayHaveMoreAndMore(@ForAll @IntRange(min = 1, max = 20) int initially) {
        Exposure exposure = Exposure.NONE;
        for (int round = 0; round < 5; round++) {
            long before = exposure.open();
            while (exposure.hasRoom(initially)) {
                exposure = exposure.onRouted(NOW);
            }
            assertThat(exposure.open()).isGreaterThan(before);
            exposure = exposure.onEnd(true, NOW);
        }
    }

    @Property
    void itIsReadAsItWasWritten(
            @ForAll @LongRange(min = 0) long open,
            @ForAll @LongRange(min = 0) long good,
            @ForAll @LongRange(min = 0) long since,
            @ForAll @LongRange(min = 0) long moved) {
        var exposure = new Exposure(open, good, since, moved);

        assertThat(Exposure.read(exposure.encode(), NOW)).isEqualTo(exposure);
    }

    @Example
    void whatAnotherVersionWroteIsNone() {
        byte[] other = new Exposure(3, 2, 1, 4).encode();
        other[0] = 9;

        assertThat(Exposure.read(other, NOW)).isEqualTo(Exposure.NONE);
        assertThat(Exposure.read(new byte[0], NOW)).isEqualTo(Exposure.NONE);
    }

    @Property
    void whoeverGetsItsShareBackHasNothingToItsCredit(
            @ForAll @IntRange(min = 1, max = 20) int initially,
            @ForAll @LongRange(min = 0, max = 1_000_000) long good) {
        var before = new Exposure(0, good, 7, NOW);

        assertThat(before.since(7)).isEqualTo(before);
        assertThat(before.since(8)).isEqualTo(new Exposure(0, 0, 8, NOW));
        assertThat(new Exposure(initially, good, 7, NOW).since(8).hasRoom(initially)).isFalse();
    }

    @Example
    void anEntryThatDoesNotSayWhenTheArmMovedCountsAsMovedNow() {
        byte[] before =
                ByteBuffer.allocate(1 + 3 * Long.BYTES)
                        .put((byte) 1)
                        .putLong(3)
                        .putLong(2)
                        .putLong(1)
                        .array();

        assertThat(Exposure.read(before, NOW)).isEqualTo(new Exposure(3, 2, 1, NOW));
    }

    @Example
    void openJobsAreLostOnlyWhenAllOfThemCameBefore() {
        var exposure = Exposure.NONE.onRouted(NOW - 1).onRouted(NOW);

        assertThat(exposure.withoutLost(NOW)).isEqualTo(exposure);
        assertThat(exposure.withoutLost(NOW + 1).open()).isZero();
    }
}
