package dev.millrace.standalone.e2e;

import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class RunningTest {
    @Test
    void commandThatExceedsItsLimitIsKilledWithItsChildren() {
        var running =
                Running.start(
                        new ProcessBuilder("sh", "-c", "sleep 600 & echo $!; wait"), "sleeper");
        running.awaitOutput("\n");

        assertThatThrownBy(() -> running.await(Duration.ofMillis(1)))
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining("sleeper did not end within");

        long child = Long.parseLong(running.out().strip());
        // A zombie, an ended process that its parent has not reaped, has no command.
        await().until(
                        () ->
                                ProcessHandle.of(child)
                                        .flatMap(process -> process.info().command())
                                        .isEmpty());
    }
}
