package dev.millrace.producer;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.contracts.job.JobId;
import dev.millrace.contracts.job.ParseResult;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ParsedLineTest {
    private static final String GOOD =
            """
            {"custom_id":"a","url":"/v1/responses","body":{"model":"m"},"millrace":{"tenant":"t","batch":"b"}}""";

    private static ParsedLine whole(String line) {
        byte[] bytes = line.getBytes(UTF_8);
        return ParsedLine.of(new BatchLine(1, bytes, bytes.length));
    }

    private static ParsedLine oversize(String beginning) {
        return ParsedLine.of(new BatchLine(1, beginning.getBytes(UTF_8), 17_000_000));
    }

    @Nested
    class WhenALineHasACustomId {
        @Test
        void itsBytesAreSentUnchanged() {
            assertThat(whole(GOOD).value()).isEqualTo(GOOD.getBytes(UTF_8));
        }

        @Test
        void itsJobIdEqualsTheRouters() {
            assertThat(whole(GOOD).jobId(null, null)).isEqualTo(JobId.of("t", "b", "a"));
        }

        @Test
        void theSubmissionsBatchAndTheTopicsTenantTakePrecedence() {
            assertThat(whole(GOOD).jobId("acme", "b2")).isEqualTo(JobId.of("acme", "b2", "a"));
        }

        @Test
        void anInvalidLineHasAJobIdToo() {
            var line = whole("{\"custom_id\":\"a\"}");

            assertThat(line.parsed()).isInstanceOf(ParseResult.Unacceptable.class);
            assertThat(line.jobId(null, null)).isEqualTo(JobId.of("default", "default", "a"));
        }
    }

    @Nested
    class WhenALineHasNoCustomId {
        @Test
        void itHasNoJobId() {
            assertThat(whole("{\"custom_id\":\"cut").jobId(null, "b")).isNull();
        }
    }

    @Nested
    class WhenALineIsOverTheLimit {
        @ParameterizedTest
        @CsvSource(
                delimiter = '|',
                value = {
                    "{\"custom_id\":\"a\\\"\\u00e9\",\"body\":{\"m|{\"custom_id\":\"a\\\"é\"}",
                    "{\"x\":{\"custom_id\":\"no\"},\"custom_id\":\"a\",\"b|{\"custom_id\":\"a\"}",
                    "{\"body\":{\"messages\":[{\"content\":\"xxx|{}",
                    "{\"custom_id\":17,\"b|{\"custom_id\":\"17\"}",
                    "{\"custom_id\":true,\"b|{}",
                    "[[[|{}",
                    "no JSON|{}",
                })
        void thePlaceholderHasTheCustomIdIfFound(String beginning, String placeholder) {
            assertThat(new String(oversize(beginning).value(), UTF_8)).isEqualTo(placeholder);
        }
    }
}
