package dev.millrace.standalone.retry;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.results.BatchKey;
import dev.millrace.standalone.retry.FailedLines.Found;
import org.junit.jupiter.api.Test;

class RetryReportTest {
    private static RetryReport report(Found found, long failed, boolean isDryRun) {
        return new RetryReport(BatchKey.of("b"), "b.retry-1", found, failed, isDryRun);
    }

    @Test
    void numbersOfFoundAndPublishedJobsAddUp() {
        assertThat(report(new Found(5, 0, 2, 0, 0), 5, false).lines())
                .containsExactly(
                        "5 failed jobs found, 2 already have a result in b.retry-1, 3 published as"
                                + " b.retry-1");
        assertThat(report(new Found(5, 1, 0, 0, 0), 5, true).lines())
                .containsExactly(
                        "5 failed jobs and 1 corrected lines found, 6 to publish as b.retry-1");
        assertThat(report(new Found(5, 0, 5, 0, 0), 5, false).lines())
                .containsExactly(
                        "5 failed jobs found, 5 already have a result in b.retry-1, nothing to"
                                + " publish");
    }

    @Test
    void linesThatAreLeftOutAreCounted() {
        assertThat(report(new Found(0, 0, 0, 3, 2), 4, false).lines())
                .containsExactly(
                        "0 failed jobs found, nothing to publish",
                        "4 failed jobs are not in the files; name their files, too",
                        "3 lines have no result in batch b and are left out, since they may be"
                                + " running",
                        "2 of them have the line number of a dead letter; once no job of the batch"
                                + " is running, --corrected publishes them");
    }
}
