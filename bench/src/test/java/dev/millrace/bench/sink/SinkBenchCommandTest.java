package dev.millrace.bench.sink;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.millrace.bench.database.DatabaseKind;
import dev.millrace.bench.sink.SinkPlan.Part;
import dev.millrace.standalone.console.UserError;
import java.util.EnumSet;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

class SinkBenchCommandTest {
    private static SinkBenchCommand command(String... arguments) {
        var command = new SinkBenchCommand();
        new CommandLine(command).setCaseInsensitiveEnumValuesAllowed(true).parseArgs(arguments);
        return command;
    }

    @Test
    void defaultsMatchTheHelp() {
        assertThat(command().plan())
                .isEqualTo(
                        new SinkPlan(
                                EnumSet.allOf(Part.class),
                                List.of(DatabaseKind.SQLITE, DatabaseKind.POSTGRESQL),
                                List.of(1_024, 16_384),
                                100_000,
                                3,
                                20,
                                1_000_000));
    }

    @Test
    void optionsOverrideQuick() {
        SinkPlan plan =
                command(
                                "--quick",
                                "--jobs=3000",
                                "--rounds=2",
                                "--databases=postgresql",
                                "--only=api,export",
                                "--exported=4000")
                        .plan();

        assertThat(plan.jobs()).isEqualTo(3_000);
        assertThat(plan.rounds()).isEqualTo(2);
        assertThat(plan.exported()).isEqualTo(4_000);
        assertThat(plan.has(Part.RATES)).isFalse();
        assertThat(plan.has(Part.API)).isTrue();
        assertThat(plan.has(DatabaseKind.SQLITE)).isFalse();
        assertThat(plan.has(DatabaseKind.POSTGRESQL)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "--jobs=2499",
                "--rounds=0",
                "--result-bytes=1024,999",
                "--per-second=0",
                "--exported=1"
            })
    void invalidValueIsRejected(String option) {
        assertThatExceptionOfType(UserError.class)
                .isThrownBy(() -> command(option).plan())
                .withMessageContaining(option.substring(0, option.indexOf('=')));
    }
}
