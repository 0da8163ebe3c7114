package dev.millrace.bench.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.millrace.bench.gateway.GatewayPlan.Part;
import dev.millrace.standalone.console.UserError;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

class GatewayBenchCommandTest {
    private static final long MANY_FILES = 1_000_000;

    private static GatewayBenchCommand command(String... arguments) {
        var command = new GatewayBenchCommand();
        new CommandLine(command).setCaseInsensitiveEnumValuesAllowed(true).parseArgs(arguments);
        return command;
    }

    @Test
    void defaultsMatchTheHelp() {
        assertThat(command().plan(MANY_FILES))
                .isEqualTo(
                        new GatewayPlan(
                                EnumSet.allOf(Part.class),
                                List.of(1, 32, 256),
                                List.of(64, 256, 1_024),
                                Duration.ofSeconds(10),
                                200_000_000,
                                10_000,
                                List.of()));
    }

    @Test
    void optionsOverrideQuick() {
        GatewayPlan plan =
                command(
                                "--quick",
                                "--only=latency,idle",
                                "--concurrency=7",
                                "--seconds=3",
                                "--upload-mb=5",
                                "--idle=40")
                        .plan(MANY_FILES);

        assertThat(plan.has(Part.IDLE)).isTrue();
        assertThat(plan.has(Part.UPLOAD)).isFalse();
        assertThat(plan.concurrency()).containsExactly(7);
        assertThat(plan.time()).isEqualTo(Duration.ofSeconds(3));
        assertThat(plan.uploadBytes()).isEqualTo(5_000_000);
        assertThat(plan.idleConnections()).isEqualTo(40);
    }

    @Test
    void limitOfOpenFilesBoundsIdleConnections() {
        assertThat(command().plan(4_096).idleConnections()).isEqualTo(2_596);
        assertThatExceptionOfType(UserError.class)
                .isThrownBy(() -> command("--idle=2597").plan(4_096))
                .withMessageContaining("--idle must be at most 2596")
                .withMessageContaining("ulimit -n");
    }

    @ParameterizedTest
    @ValueSource(strings = {"--concurrency=1,0", "--seconds=0", "--upload-mb=0", "--idle=0"})
    void invalidValueIsRejected(String option) {
        assertThatExceptionOfType(UserError.class)
                .isThrownBy(() -> command(option).plan(MANY_FILES))
                .withMessageContaining(option.substring(0, option.indexOf('=')));
    }
}
