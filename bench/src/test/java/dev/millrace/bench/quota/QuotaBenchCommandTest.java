package dev.millrace.bench.quota;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.millrace.bench.quota.QuotaPlan.Part;
import dev.millrace.standalone.console.UserError;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

class QuotaBenchCommandTest {
    private static QuotaPlan plan(String... arguments) {
        var command = new QuotaBenchCommand();
        new CommandLine(command).setCaseInsensitiveEnumValuesAllowed(true).parseArgs(arguments);
        return command.plan();
    }

    @Test
    void defaultsMatchTheHelp() {
        assertThat(plan())
                .isEqualTo(
                        new QuotaPlan(
                                3_000,
                                Duration.ofMinutes(5),
                                List.of(200, 1_000, 10_000),
                                EnumSet.allOf(Part.class)));
    }

    @Test
    void partsAreChosenByName() {
        assertThat(plan("--only", "search,batches").parts())
                .isEqualTo(Set.of(Part.SEARCH, Part.BATCHES));
    }

    @Test
    void optionsOverrideQuick() {
        assertThat(plan("--quick").batches()).containsExactly(200);
        assertThat(plan("--quick", "--batches", "7,8").batches()).containsExactly(7, 8);
    }

    @Test
    void backlogOutlastsTheMeasurement() {
        assertThat(plan("--seconds", "60").backlog()).isEqualTo(7_200);
        assertThat(plan("--seconds", "60").halfOfTheTime()).isEqualTo(1_500);
    }

    @ParameterizedTest
    @ValueSource(strings = {"--seconds=0", "--per-minute=0", "--batches=0"})
    void invalidValueIsRejected(String option) {
        assertThatExceptionOfType(UserError.class)
                .isThrownBy(() -> plan(option))
                .withMessageContaining(option.substring(0, option.indexOf('=')));
    }
}
