package dev.millrace.contracts.header;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.contracts.job.Buy;
import java.time.Instant;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SubmissionHeadersTest {
    @Test
    void survivesARoundTrip() {
        var said =
                new SubmissionHeaders(
                        "acme",
                        "b",
                        17L,
                        Instant.parse("2026-11-20T07:00:00.123Z"),
                        17_000_000L,
                        "2.5",
                        AnswerWait.Chunks.ONCE,
                        "3f9c2a7be01d4466",
                        new SubmissionHeaders.Defaults(
                                Buy.LOWEST, Instant.parse("2026-11-20T09:00:00Z")));
        var headers = new RecordHeaders();

        said.writeTo(headers);

        assertThat(SubmissionHeaders.read(headers)).isEqualTo(said);
    }

    @Test
    void emptyClaimsWriteNoHeaders() {
        var headers = new RecordHeaders();

        SubmissionHeaders.NONE.writeTo(headers);

        assertThat(headers).isEmpty();
        assertThat(SubmissionHeaders.read(headers)).isEqualTo(SubmissionHeaders.NONE);
    }

    @ParameterizedTest
    @CsvSource({
        "millrace-line, 0",
        "millrace-line, -1",
        "millrace-line, 1.5",
        "millrace-line, 9999999999999999999",
        "millrace-submitted-at, yesterday",
        "millrace-deadline, tomorrow",
        "millrace-oversize-bytes, many",
        "millrace-stream, pictures",
        "millrace-tenant, ''",
        "millrace-batch, '\u0007'",
        "millrace-api-key, ''",
    })
    void anInvalidClaimCountsAsNotGiven(String name, String value) {
        var headers = new RecordHeaders().add(name, value.getBytes(UTF_8));

        assertThat(SubmissionHeaders.read(headers)).isEqualTo(SubmissionHeaders.NONE);
    }

    @Test
    void anInvalidLimitIsKept() {
        var headers = new RecordHeaders().add("millrace-batch-limit-usd", "1,5".getBytes(UTF_8));

        assertThat(SubmissionHeaders.read(headers).batchLimitUsd()).isEqualTo("1,5");
    }

    @Test
    void aTooLongTenantCountsAsNotGiven() {
        var headers = new RecordHeaders().add("millrace-tenant", "x".repeat(129).getBytes(UTF_8));

        assertThat(SubmissionHeaders.read(headers).tenant()).isNull();
    }
}
