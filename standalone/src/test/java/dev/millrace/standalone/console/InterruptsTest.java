package dev.millrace.standalone.console;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;

class InterruptsTest {

    @Test
    @DisabledOnOs(value = OS.WINDOWS, disabledReason = "there are no POSIX signals")
    void theFirstSignalAsksForACleanStop() throws IOException, InterruptedException {
        var interrupts = Interrupts.install();
        assertThat(interrupts.isStopping()).isFalse();

        new ProcessBuilder("kill", "-TERM", Long.toString(ProcessHandle.current().pid())).start();

        assertThat(interrupts.await(30, TimeUnit.SECONDS)).isTrue();
        assertThat(interrupts.isStopping()).isTrue();
        assertThat(interrupts.exitCode()).isEqualTo(143);
    }
}
