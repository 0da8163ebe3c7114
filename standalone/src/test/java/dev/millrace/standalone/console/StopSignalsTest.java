package dev.millrace.standalone.console;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;

class StopSignalsTest {

    @Test
    @DisabledOnOs(value = OS.WINDOWS, disabledReason = "there are no POSIX signals")
    void firstSignalRequestsACleanStop() throws IOException, InterruptedException {
        var stopSignals = StopSignals.install();
        assertThat(stopSignals.isStopping()).isFalse();

        new ProcessBuilder("kill", "-TERM", Long.toString(ProcessHandle.current().pid())).start();

        assertThat(stopSignals.isEnded(Duration.ofMinutes(10))).isTrue();
        assertThat(stopSignals.isStopping()).isTrue();
        assertThat(stopSignals.exitCode()).isEqualTo(143);
    }
}
