package dev.millrace.router.step;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.contracts.header.JobHeaders;
import dev.millrace.contracts.header.MillraceHeaders;
import dev.millrace.contracts.header.SubmissionHeaders;
import dev.millrace.contracts.header.UnreadableHeader;
import dev.millrace.contracts.result.DeadLetter;
import dev.millrace.contracts.result.ResultView;
import dev.millrace.router.topology.RouterDriver;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ValidateStepTest {
    private final RouterDriver router = new RouterDriver();

    @AfterEach
    void close() {
        router.close();
    }

    private DeadLetter deadLetter() {
        return DeadLetter.read(router.deadLetters().getFirst().headers());
    }

    @Nested
    class WhenARecordDoesNotIdentifyItsJob {
        @ParameterizedTest
        @ValueSource(
                strings = {
                    "",
                    "\uFEFF",
                    "\uFEFF\n",
                    "{\"custom_id\":\"cut",
                    "[]",
                    "{}",
                    "{\"custom_id\":\"\"}",
                    "\0"
                })
        void recordBecomesADeadLetter(String value) {
            router.send(value);

            var letters = router.deadLetters();
            assertThat(letters).hasSize(1);
            assertThat(letters.getFirst().value()).isEqualTo(value.getBytes(UTF_8));
            assertThat(DeadLetter.read(letters.getFirst().headers()).reason())
                    .isEqualTo("malformed_request");
        }

        @Test
        void keyHeadersAndBytesAreUnchanged() {
            byte[] notUtf8 = {'{', (byte) 0xFF, '}'};
            var headers = new RecordHeaders().add("x-team", "red".getBytes(UTF_8));

            router.send(RouterDriver.TOPICS.requests(), "key".getBytes(UTF_8), notUtf8, headers);

            var letter = router.deadLetters().getFirst();
            assertThat(letter.key()).isEqualTo("key");
            assertThat(letter.value()).isEqualTo(notUtf8);
            assertThat(MillraceHeaders.text(letter.headers(), "x-team")).contains("red");
        }

        @Test
        void deadLetterHasThePositionAndTheProducersHeaders() {
            router.send("[]", new SubmissionHeaders("acme", "b", 3L, null, null));

            assertThat(deadLetter())
                    .isEqualTo(
                            new DeadLetter(
                                    "malformed_request",
                                    "the line is an array, expected a JSON object",
                                    "test.requests",
                                    0,
                                    0,
                                    "acme",
                                    "b",
                                    3L,
                                    null));
        }

        @Test
        void recordWithoutValueBecomesADeadLetter() {
            router.send(RouterDriver.TOPICS.requests(), null, null, new RecordHeaders());

            assertThat(router.deadLetters().getFirst().value()).isNull();
        }
    }

    @Nested
    class WhenARecordHasOddHeaders {
        @Test
        void headersWithoutValueCountAsAbsentAndTravelOn() throws UnreadableHeader {
            var headers = new RecordHeaders();
            for (String name :
                    List.of(
                            MillraceHeaders.TENANT,
                            MillraceHeaders.BATCH,
                            MillraceHeaders.LINE,
                            MillraceHeaders.SUBMITTED_AT,
                            MillraceHeaders.BATCH_LIMIT_USD,
                            MillraceHeaders.TRACEPARENT,
                            "x-team")) {
                headers.add(name, null);
            }

            router.send(
                    RouterDriver.TOPICS.requests(),
                    null,
                    RouterDriver.line("a", "small").getBytes(UTF_8),
                    headers);

            var job = router.jobs("small").getFirst().headers();
            assertThat(JobHeaders.read(job).tenant()).isEqualTo("default");
            assertThat(job.lastHeader("x-team").value()).isNull();
        }

        @Test
        void lastOfEqualHeadersCounts() throws UnreadableHeader {
            var headers = new RecordHeaders();
            headers.add(MillraceHeaders.BATCH, "first".getBytes(UTF_8));
            headers.add(MillraceHeaders.BATCH, "last".getBytes(UTF_8));
            headers.add("x-team", "red".getBytes(UTF_8));
            headers.add("x-team", "blue".getBytes(UTF_8));

            router.send(
                    RouterDriver.TOPICS.requests(),
                    new byte[0],
                    ("\uFEFF" + RouterDriver.line("a", "small") + "\r\n").getBytes(UTF_8),
                    headers);

            var job = router.jobs("small").getFirst().headers();
            assertThat(JobHeaders.read(job).batch()).isEqualTo("last");
            assertThat(job.headers("x-team")).hasSize(2);
            assertThat(job.headers(MillraceHeaders.BATCH)).hasSize(1);
        }
    }

    @Nested
    class WhenALineIdentifiesItsJobButIsInvalid {
        @Test
        void errorResultNamesAllProblems() {
            router.send("{\"custom_id\":\"a\",\"method\":\"GET\"}");

            var result = ResultView.read(router.results().getFirst().value());
            assertThat(result.customId()).isEqualTo("a");
            assertThat(result.errorCode()).isEqualTo("malformed_request");
        }
    }

    @Nested
    class WhenALineIsTooLarge {
        @Test
        void errorResultNamesSizeAndLimit() {
            String line = RouterDriver.line("a", "m".repeat(RouterDriver.MAX_REQUEST_BYTES));
            router.send(line);

            assertThat(new String(router.results().getFirst().value(), UTF_8))
                    .contains("\"validation_error\"")
                    .contains("more than topics.max_request_bytes = 2,000")
                    .contains(
                            "the line has 2,%03d bytes"
                                    .formatted(line.length() - RouterDriver.MAX_REQUEST_BYTES));
        }

        @Test
        void placeholderOfTheProducerHasTheSameResult() {
            router.send(
                    "{\"custom_id\":\"a\"}",
                    new SubmissionHeaders(null, null, null, null, 17_000_000L));

            assertThat(new String(router.results().getFirst().value(), UTF_8))
                    .contains("17,000,000 bytes");
        }

        @Test
        void lineAboveASmallerLimitOfItsProducerIsNotComparedWithOurs() {
            router.send(
                    "{\"custom_id\":\"a\"}", new SubmissionHeaders(null, null, null, null, 1_500L));

            assertThat(new String(router.results().getFirst().value(), UTF_8))
                    .contains("the line has 1,500 bytes, more than its producer was set to send")
                    .doesNotContain("2,000");
        }

        @Test
        void lineWithoutCustomIdBecomesADeadLetter() {
            router.send("{}", new SubmissionHeaders(null, null, null, null, 17_000_000L));

            assertThat(deadLetter().reason()).isEqualTo("validation_error");
        }
    }

    @Nested
    class WhenASubmissionNamesALimit {
        private static final String LINE =
                """
                {"custom_id":"a","url":"/v1/responses","body":{"model":"small"}}""";

        private static SubmissionHeaders limit(String text) {
            return new SubmissionHeaders(null, "b", 3L, null, null, text);
        }

        @ParameterizedTest
        @ValueSource(strings = {"", "0", "0.0", "-1", "1,5", "1e3", "much", "1234567890123"})
        void rejectsAnAmountThatIsNotAboveZero(String text) {
            router.send(LINE, limit(text));

            assertThat(new String(router.results().getFirst().value(), UTF_8))
                    .contains("\"validation_error\"")
                    .contains("the header millrace-batch-limit-usd must be an amount");
        }

        @ParameterizedTest
        @ValueSource(strings = {"2.50", "100", "0.000000001"})
        void acceptsAnAmount(String text) {
            router.send(LINE, limit(text));

            assertThat(router.results()).isEmpty();
        }
    }

    @Nested
    class WhenARequestClaimsATenantWithItsOwnTopic {
        private static final SubmissionHeaders ACME =
                new SubmissionHeaders(RouterDriver.BOUND_TENANT, "b", 3L, null, null);
        private static final String ACMES =
                """
                {"custom_id":"a","url":"/v1/responses","body":{"model":"small"},"millrace":{"tenant":"acme-of-the-topic"}}""";

        @Test
        void requestBecomesADeadLetterWithoutTenant() {
            router.send(ACMES);

            assertThat(deadLetter())
                    .isEqualTo(
                            new DeadLetter(
                                    "validation_error",
                                    "the tenant \"acme-of-the-topic\" has its own request topic,"
                                            + " acme.requests; send the request to that topic"
                                            + " instead of test.requests, or name another tenant"
                                            + " in millrace.tenant",
                                    "test.requests",
                                    0,
                                    0,
                                    null,
                                    null,
                                    null,
                                    null));
            assertThat(router.jobs("small")).isEmpty();
        }

        @Test
        void claimInTheProducersHeadersIsRejected() {
            router.send(RouterDriver.line("a", "small"), ACME);

            assertThat(deadLetter().reason()).isEqualTo("validation_error");
        }

        @Test
        void invalidLineIsNoResultOfThatTenant() {
            router.send("{\"custom_id\":\"a\"}", ACME);

            assertThat(deadLetter().reason()).isEqualTo("validation_error");
            assertThat(router.results()).isEmpty();
        }

        @Test
        void lineWithoutCustomIdBecomesADeadLetterWithoutTenant() {
            router.send("[]", ACME);

            assertThat(deadLetter().tenant()).isNull();
        }

        @Test
        void jobOfThatTenantIsNoRepeat() {
            router.send(ACMES);

            router.send(RouterDriver.BOUND_TOPIC, null, ACMES.getBytes(UTF_8), new RecordHeaders());

            assertThat(router.jobs("small")).hasSize(1);
        }
    }

    @Nested
    class WhenHeadersAndLineDiffer {
        private static final String LINE =
                """
                {"custom_id":"a","url":"/v1/responses","body":{"model":"small"},"millrace":{"tenant":"t1","batch":"b1"}}""";

        @Test
        void tenantOfTheLineAndBatchOfTheHeadersCount() throws UnreadableHeader {
            router.send(LINE, new SubmissionHeaders("t2", "b2", null, null, null));

            var job = JobHeaders.read(router.jobs("small").getFirst().headers());
            assertThat(job.tenant()).isEqualTo("t1");
            assertThat(job.batch()).isEqualTo("b2");
        }

        /** 0001-01-01 is the zero of Go's times, 1970-01-01 of many others. */
        @ParameterizedTest
        @ValueSource(
                strings = {"0001-01-01T00:00:00Z", "1970-01-01T00:00:00Z", "2099-01-01T00:00:00Z"})
        void implausibleTimeOfTheSubmissionIsReplacedByTheArrival(Instant claimed)
                throws UnreadableHeader {
            router.send(LINE, new SubmissionHeaders(null, null, null, claimed, null));

            assertThat(JobHeaders.read(router.jobs("small").getFirst().headers()).submittedAt())
                    .isEqualTo(router.clock.instant());
        }

        @Test
        void plausibleTimeOfTheSubmissionCounts() throws UnreadableHeader {
            Instant claimed = router.clock.instant().minus(Duration.ofDays(40));

            router.send(LINE, new SubmissionHeaders(null, null, null, claimed, null));

            assertThat(JobHeaders.read(router.jobs("small").getFirst().headers()).submittedAt())
                    .isEqualTo(claimed);
        }

        @Test
        void tenantOfTheTopicOverridesAllClaims() throws UnreadableHeader {
            router.send(RouterDriver.BOUND_TOPIC, null, LINE.getBytes(UTF_8), new RecordHeaders());

            var job = JobHeaders.read(router.jobs("small").getFirst().headers());
            assertThat(job.tenant()).isEqualTo(RouterDriver.BOUND_TENANT);
            assertThat(job.batch()).isEqualTo("b1");
        }
    }
}
