package dev.millrace.gateway.key;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class LiveGatewaysTest {
    private static final Duration PERIOD = Duration.ofMillis(1);

    @Test
    void followsTheNumberAndIsAtLeastOne() {
        var members = new AtomicInteger(3);
        try (var gateways = LiveGateways.start(members::get, PERIOD)) {
            await().until(() -> gateways.count() == 3);
            members.set(0);
            await().until(() -> gateways.count() == 1);
        }
    }

    @Test
    void keepsTheLastNumberWhileTheClusterDoesNotAnswer() {
        var questions = new AtomicInteger();
        try (var gateways =
                LiveGateways.start(
                        () -> {
                            if (questions.incrementAndGet() > 1) {
                                throw new IllegalStateException("no answer");
                            }
                            return 2;
                        },
                        PERIOD)) {
            await().until(() -> questions.get() > 5);

            assertThat(gateways.count()).isEqualTo(2);
        }
    }
}
