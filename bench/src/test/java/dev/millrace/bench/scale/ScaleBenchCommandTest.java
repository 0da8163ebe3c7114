package dev.millrace.bench.scale;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.millrace.standalone.console.UserError;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

class ScaleBenchCommandTest {
    private static ScalePlan plan(String... arguments) {
        var command = new ScaleBenchCommand();
        new CommandLine(command).parseArgs(arguments);
        return command.plan();
    }

    @Test
    void defaultsMatchTheHelp() {
        assertThat(plan()).isEqualTo(new ScalePlan(40_000, 12, 300, Duration.ofSeconds(1)));
    }

    @Test
    void optionsOverrideQuick() {
        assertThat(plan("--quick").jobs()).isEqualTo(6_000);
        assertThat(plan("--quick", "--jobs", "77").jobs()).isEqualTo(77);
    }

    @ParameterizedTest
    @ValueSource(strings = {"--jobs=0", "--in-flight=0", "--partitions=-1"})
    void invalidValueIsRejected(String option) {
        assertThatExceptionOfType(UserError.class)
                .isThrownBy(() -> plan(option))
                .withMessageContaining(option.substring(0, option.indexOf('=')));
    }
}
