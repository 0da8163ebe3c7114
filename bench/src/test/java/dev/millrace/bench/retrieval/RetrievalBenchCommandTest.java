package dev.millrace.bench.retrieval;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.bench.Main;
import dev.millrace.standalone.console.ExitCode;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

class RetrievalBenchCommandTest {
    private static RetrievalPlan plan(String... arguments) {
        var command = new RetrievalBenchCommand();
        new CommandLine(command).parseArgs(arguments);
        return command.plan();
    }

    @Test
    void aHundredThousandPassagesAreMeasuredByDefault() {
        assertThat(plan("--threads", "3"))
                .isEqualTo(new RetrievalPlan(100_000, 1_000, 1_000, 3, 1_000));
    }

    @Test
    void aQuickRunIsSmall() {
        assertThat(plan("--quick", "--threads", "1", "--searches", "7"))
                .isEqualTo(new RetrievalPlan(500, 20, 7, 1, 10));
    }

    @Test
    void numbersOutOfRangeAreRefused() {
        assertThat(Main.execute("retrieval", "--passages", "0")).isEqualTo(ExitCode.USAGE);
        assertThat(Main.execute("retrieval", "--threads", "300")).isEqualTo(ExitCode.USAGE);
    }
}
