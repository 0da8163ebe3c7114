package dev.millrace.bench.cache;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.millrace.bench.cache.CachePlan.Part;
import dev.millrace.bench.cluster.OpenLoopSubmitter.Pace;
import dev.millrace.standalone.console.UserError;
import java.time.Duration;
import java.util.EnumSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

class CacheBenchCommandTest {
    private static CachePlan plan(String... arguments) {
        var command = new CacheBenchCommand();
        new CommandLine(command).setCaseInsensitiveEnumValuesAllowed(true).parseArgs(arguments);
        return command.plan();
    }

    @Test
    void defaultsMatchTheHelp() {
        assertThat(plan())
                .isEqualTo(
                        new CachePlan(
                                new Pace(500, Duration.ofSeconds(10)),
                                new Pace(100, Duration.ofSeconds(3)),
                                5,
                                100_000,
                                200_000,
                                EnumSet.allOf(Part.class)));
    }

    @Test
    void partsAreChosenByName() {
        assertThat(plan("--only", "latency").has(Part.ENTRIES)).isFalse();
        assertThat(plan("--only", "latency").has(Part.LATENCY)).isTrue();
    }

    @Test
    void optionsOverrideQuick() {
        assertThat(plan("--quick").entries()).isEqualTo(1_000);
        assertThat(plan("--quick", "--entries", "77").entries()).isEqualTo(77);
        assertThat(plan("--quick", "--hits", "78").hits()).isEqualTo(78);
    }

    @ParameterizedTest
    @ValueSource(strings = {"--entries=0", "--hits=0", "--per-second=0"})
    void invalidValueIsRejected(String option) {
        assertThatExceptionOfType(UserError.class)
                .isThrownBy(() -> plan(option))
                .withMessageContaining(option.substring(0, option.indexOf('=')));
    }
}
