package dev.millrace.bench.measurement;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ReportTest {
    private final Report report = new Report();

    @Test
    void textsBeginAndNumbersEndInTheirColumn() {
        var table = report.table("speed", "contender", "jobs", "jobs/s");
        table.row("Millrace", 12_000, 1_234.4);
        table.row("hop", 7, null);

        assertThat(report.text())
                .isEqualTo(
                        """
                        speed

                        contender    jobs  jobs/s
                        Millrace   12,000   1,234
                        hop             7       -

                        """);
    }

    @Test
    void jsonHasTheSameTables() {
        report.table("speed", "contender", "jobs/s").row("hop", 1_234.567);
        report.table("speed").row("none", null);
        report.atLeast(8, "jobs/s ÷ hop", 4.0);

        assertThat(report.json())
                .isEqualTo(
                        """
                        {"speed":[{"contender":"hop","jobs/s":1234.6},{"contender":"none","jobs/s":null}],\
                        "targets":[{"target":"jobs/s ÷ hop","measured":4,"at least":8,"at most":null,\
                        "met":"no"}],"remarks":[],"problems":[],"good":true}""");
    }

    @Test
    void onlyAProblemIsNotGood() {
        report.atMost(1, "P99 ms", 9);
        report.remark("slow");
        assertThat(report.isGood()).isTrue();

        report.problem("a job is missing");
        assertThat(report.isGood()).isFalse();
        assertThat(report.text()).endsWith("slow\nPROBLEM a job is missing\n");
    }
}
