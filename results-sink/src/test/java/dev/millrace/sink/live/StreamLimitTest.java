package dev.millrace.sink.live;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class StreamLimitTest {
    private static final int ALL = 64;
    private static final int PER_CALLER = 8;

    private final StreamLimit limit = new StreamLimit(ALL, PER_CALLER);

    private void fill() {
        for (int i = 0; i < ALL; i++) {
            assertThat(limit.tryOpen("caller " + i / PER_CALLER)).isTrue();
        }
    }

    @Test
    void refusesMoreStreamsThanAllCallersMayOpen() {
        fill();
        assertThat(limit.tryOpen("another")).isFalse();
    }

    @Test
    void admitsAnotherCallerOnceAStreamHasEnded() {
        fill();
        limit.close("caller 3");
        assertThat(limit.tryOpen("another")).isTrue();
        assertThat(limit.tryOpen("caller 3")).isFalse();
    }

    @Test
    void refusesMoreStreamsThanOneCallerMayOpen() {
        for (int i = 0; i < PER_CALLER; i++) {
            assertThat(limit.tryOpen("a")).isTrue();
        }
        assertThat(limit.tryOpen("a")).isFalse();
        assertThat(limit.tryOpen("b")).isTrue();
        limit.close("a");
        assertThat(limit.tryOpen("a")).isTrue();
    }

    @Test
    void refusedStreamIsNotCounted() {
        fill();
        for (int i = 0; i < PER_CALLER; i++) {
            assertThat(limit.tryOpen("another")).isFalse();
        }
        for (int i = 0; i < PER_CALLER; i++) {
            limit.close("caller 0");
        }
        for (int i = 0; i < PER_CALLER; i++) {
            assertThat(limit.tryOpen("another")).isTrue();
        }
    }
}
