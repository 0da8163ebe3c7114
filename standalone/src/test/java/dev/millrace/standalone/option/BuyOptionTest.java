package dev.millrace.standalone.option;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.contracts.header.SubmissionHeaders;
import dev.millrace.contracts.job.Buy;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

class BuyOptionTest {
    private static final Instant NOW = Instant.parse("2026-11-20T12:00:00Z");

    @Command
    private static final class Submit {
        @Mixin private BuyOption options = new BuyOption();
    }

    private static SubmissionHeaders.Defaults defaults(String... arguments) {
        var command = new Submit();
        new CommandLine(command).parseArgs(arguments);
        return command.options.defaults(NOW);
    }

    @ParameterizedTest
    @CsvSource({
        "8h, 2026-11-20T20:00:00Z",
        "2d, 2026-11-22T12:00:00Z",
        "2026-12-01T06:00:00Z, 2026-12-01T06:00:00Z",
        "2026-12-01T06:00:00+02:00, 2026-12-01T04:00:00Z",
    })
    void deadlineIsATimeOrATimeFromNow(String by, Instant deadline) {
        assertThat(defaults("--by", by)).isEqualTo(new SubmissionHeaders.Defaults(null, deadline));
    }

    @ParameterizedTest
    @ValueSource(strings = {"soon", "2026-11-20T12:00:00Z", "2026-12-01", "-1h"})
    void otherDeadlinesAreRefused(String by) {
        assertThatThrownBy(() -> defaults("--by=" + by)).hasMessageContaining("--by must be");
    }

    @Test
    void wayAndDeadlineCanBeMissing() {
        assertThat(defaults()).isEqualTo(SubmissionHeaders.Defaults.NONE);
        assertThat(defaults("--buy", "lowest"))
                .isEqualTo(new SubmissionHeaders.Defaults(Buy.LOWEST, null));
    }
}
