package dev.millrace.bench.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.contracts.header.JobHeaders;
import dev.millrace.contracts.header.UnreadableHeader;
import dev.millrace.contracts.job.ParseResult;
import dev.millrace.contracts.job.RequestParser;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class NumberedJobTest {
    private static final Instant NOW = Instant.parse("2026-11-20T10:00:00Z");

    @Test
    void jobHasTheHeadersThatAWorkerReads() throws UnreadableHeader {
        JobHeaders headers = JobHeaders.read(NumberedJob.of("jobs", 7, NOW).headers());

        assertThat(headers.model()).isEqualTo(BenchPipeline.MODEL);
        assertThat(headers.submittedAt()).isEqualTo(NOW);
        assertThat(headers.line()).isEqualTo(8);
    }

    @Test
    void jobIsAValidLineOfAboutTwoHundredBytes() {
        byte[] line = NumberedJob.of("jobs", 123_456, NOW).value();

        assertThat(RequestParser.parse(line)).isInstanceOf(ParseResult.Accepted.class);
        assertThat(line).hasSizeBetween(190, 230);
    }
}
