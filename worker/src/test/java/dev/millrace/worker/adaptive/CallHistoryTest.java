package dev.millrace.worker.adaptive;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class CallHistoryTest {
    private static final long MILLI = Duration.ofMillis(1).toNanos();
    private static final long START = Long.MAX_VALUE - Duration.ofSeconds(5).toNanos();

    private final CallHistory history = new CallHistory(START);

    private static long at(long millis) {
        return START + millis * MILLI;
    }

    private void start(int calls, long millis) {
        for (int i = 0; i < calls; i++) {
            history.onStarted(at(millis));
        }
    }

    private void refuse(int calls, long startedMillis, long millis) {
        for (int i = 0; i < calls; i++) {
            history.onRefused(at(startedMillis), at(millis));
        }
    }

    @Test
    void refusalCountsAtTheStartOfItsCall() {
        start(100, 0);
        start(100, 1_000);
        refuse(10, 0, 1_010);

        assertThat(history.between(at(0), at(19)).refused()).isEqualTo(10);
        assertThat(history.between(at(1_000), at(1_019)).refused()).isZero();
    }

    @Test
    void callsOfMoreThanAMinuteAgoAreForgotten() {
        start(100, 0);
        start(1, 61_000);

        assertThat(history.lastMinute(at(61_000)).calls()).isEqualTo(1);
    }

    @Test
    void strongestEvidenceBeginsWhenTheRefusalsBegan() {
        start(1_000, 0);
        start(20, 500);
        refuse(10, 500, 530);

        assertThat(history.strongest(at(0), at(540), 0.01, 3).calls()).isEqualTo(20);
    }

    @Test
    void callsThatMayStillBeRefusedAreNotTakenAsAccepted() {
        start(40, 0);
        refuse(20, 0, 40);
        start(40, 100);

        assertThat(history.acceptedOf(60, at(100))).isCloseTo(40, within(0.01));
    }

    @Test
    void callIsCertainlyAcceptedAfterTwiceTheTimeOfARefusal() {
        start(40, 0);
        refuse(20, 0, 40);

        assertThat(history.certainlyAccepted(at(79))).isZero();
        assertThat(history.certainlyAccepted(at(100))).isEqualTo(20);
    }

    @Test
    void withdrawnCallDoesNotCount() {
        start(2, 0);
        history.onWithdrawn(at(0));

        assertThat(history.lastMinute(at(0)).calls()).isEqualTo(1);
    }
}
