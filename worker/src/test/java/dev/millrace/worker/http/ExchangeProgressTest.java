package dev.millrace.worker.http;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ExchangeProgressTest {
    private static final long SEND_BY = Long.MIN_VALUE + 5;

    private final Deadline connecting = new Deadline();
    private long nanos = Long.MAX_VALUE;
    private final ExchangeProgress progress =
            new ExchangeProgress(() -> nanos, SEND_BY, connecting);

    @Test
    void requestIsSentInTheLastNanosecondOfItsWindow() {
        nanos = SEND_BY - 1;

        assertThat(progress.onConnected()).isTrue();
        assertThat(progress.mayBeSent()).isTrue();

        nanos = SEND_BY;
        assertThat(progress.isLate()).isFalse();
    }

    @Test
    void requestIsNotSentAfterItsWindow() {
        nanos = SEND_BY;

        assertThat(progress.onConnected()).isFalse();
        assertThat(progress.isLate()).isTrue();
        assertThat(progress.mayBeSent()).isFalse();
    }

    @Test
    void interruptedConnectionSetUpIsLate() {
        connecting.onExpiry();

        assertThat(Thread.interrupted()).isTrue();
        assertThat(progress.isLate()).isTrue();
        assertThat(progress.onConnected()).isFalse();
    }
}
