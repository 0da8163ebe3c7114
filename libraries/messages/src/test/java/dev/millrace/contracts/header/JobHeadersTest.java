package dev.millrace.contracts.header;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.contracts.header.AnswerWait.Chunks;
import dev.millrace.contracts.header.JobCostLimit.AttemptTokens;
import dev.millrace.contracts.job.Buy;
import dev.millrace.contracts.job.JobId;
import dev.millrace.contracts.job.Lane;
import dev.millrace.contracts.job.OnUnavailable;
import dev.millrace.contracts.job.Priority;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class JobHeadersTest {
    private static final JobHeaders FULL =
            new JobHeaders(
                    new JobHeaders.Identity(
                            JobId.of("acme", "b", "a"),
                            "acme",
                            "b",
                            17L,
                            "3f9c2a7be01d4466",
                            JobId.of("acme", "b", "parent"),
                            null),
                    new JobHeaders.Submission(
                            Priority.HIGH,
                            Instant.parse("2026-11-21T06:00:00Z"),
                            Instant.parse("2026-11-20T07:00:00.000001Z"),
                            new AnswerWait(
                                    Chunks.ONCE, new OnUnavailable(Duration.ofMillis(5_500))),
                            Buy.LOWEST),
                    new JobHeaders.Route(
                            "default/3@v7",
                            List.of("gpt-4.1", "claude-sonnet-4.5"),
                            1,
                            11,
                            Lane.BULK),
                    new JobHeaders.Earlier(
                            2,
                            new BigDecimal("0.00000025"),
                            List.of(
                                    new Fallback("gpt-4.1", "server_error", 1_763_625_600_123L),
                                    new Fallback("llama3:8b", "unknown_model"))),
                    4_096L,
                    new TokenEstimate(1_200, 300),
                    new JobHeaders.Cache(
                            "0123456789abcdef".repeat(4), "fedcba9876543210".repeat(4)),
                    new JobCostLimit(
                            new BigDecimal("0.5"),
                            List.of(new BigDecimal("0.00000025"), new BigDecimal("0.25")),
                            new BigDecimal("0.01"),
                            List.of(new AttemptTokens(1_057, 100), new AttemptTokens(0, 1))),
                    "{\"collection\":\"handbook\",\"passages\":[]}");

    private static RecordHeaders written() {
        var headers = new RecordHeaders();
        FULL.writeTo(headers);
        return headers;
    }

    @Test
    void survivesARoundTrip() throws UnreadableHeader {
        assertThat(JobHeaders.read(written())).isEqualTo(FULL);
    }

    @Test
    void modelIsTheCurrentOneOfTheChain() {
        assertThat(FULL.model()).isEqualTo("claude-sonnet-4.5");
    }

    @Test
    void optionalHeadersMayBeAbsent() throws UnreadableHeader {
        var headers = written();
        headers.remove(MillraceHeaders.LINE);
        headers.remove(MillraceHeaders.DEADLINE);
        headers.remove(MillraceHeaders.REQUEST_PARTITION);
        headers.remove(MillraceHeaders.MAX_OUTPUT_TOKENS);
        headers.remove(MillraceHeaders.INHERITED_USD);
        headers.remove(MillraceHeaders.FALLBACKS);
        headers.remove(MillraceHeaders.CACHE_KEY);
        headers.remove(MillraceHeaders.CACHE_NAMESPACE);
        headers.remove(MillraceHeaders.RESERVED_USD);
        headers.remove(MillraceHeaders.ATTEMPT_USD);
        headers.remove(MillraceHeaders.SPENT_USD);

        var read = JobHeaders.read(headers);

        assertThat(read.line()).isNull();
        assertThat(read.deadline()).isNull();
        assertThat(read.requestPartition()).isNull();
        assertThat(read.maxOutputTokens()).isNull();
        assertThat(read.inheritedUsd()).isZero();
        assertThat(read.fallbacks()).isEmpty();
        assertThat(read.cacheKey()).isNull();
        assertThat(read.costLimit()).isNull();
    }

    @Test
    void budgetTravelsToTheNextModel() {
        assertThat(FULL.atModel(0, 3, BigDecimal.ONE, List.of(), null).costLimit())
                .isEqualTo(FULL.costLimit());
    }

    @Test
    void tokensOfAnAttemptMayBeAbsent() throws UnreadableHeader {
        var headers = written();
        headers.remove(MillraceHeaders.ATTEMPT_TOKENS);

        assertThat(Objects.requireNonNull(JobHeaders.read(headers).costLimit()).attemptTokens())
                .isEmpty();
    }

    @Test
    void jobThatHasSpentNothingHasNoHeaderOfIt() {
        var headers = new RecordHeaders();
        FULL.withCostLimit(
                        new JobCostLimit(BigDecimal.ONE, List.of(BigDecimal.ONE, BigDecimal.ONE)))
                .writeTo(headers);

        assertThat(headers.lastHeader(MillraceHeaders.SPENT_USD)).isNull();
    }

    @Test
    void cacheKeyTravelsToTheNextModel() {
        assertThat(FULL.atModel(0, 3, BigDecimal.ONE, List.of(), null).cacheKey())
                .isEqualTo(FULL.cacheKey());
    }

    @Test
    void submitterWaitsAtTheNextModelInTheSameWay() {
        assertThat(FULL.atModel(0, 3, BigDecimal.ONE, List.of(), null).answerWait())
                .isEqualTo(FULL.answerWait());
    }

    @Test
    void jobOfALaterKindOfStreamForwardsNoChunks() throws UnreadableHeader {
        var headers = written();
        headers.remove(MillraceHeaders.STREAM);
        headers.add(MillraceHeaders.STREAM, "pictures".getBytes(UTF_8));

        assertThat(JobHeaders.read(headers))
                .isEqualTo(
                        FULL.withAnswerWait(
                                new AnswerWait(Chunks.NONE, FULL.answerWait().onUnavailable())));
    }

    @Test
    void cacheKeyOfAnUnreadableJobIsKnown() {
        var headers = written();
        headers.remove(MillraceHeaders.CHAIN);

        assertThat(JobHeaders.cacheKey(headers)).hasValue(FULL.cacheKey());
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "abc", "0123456789ABCDEF"})
    void invalidCacheKeyCountsAsNone(String text) {
        var headers = new RecordHeaders();
        headers.add(MillraceHeaders.CACHE_KEY, text.repeat(4).getBytes(UTF_8));

        assertThat(JobHeaders.cacheKey(headers)).isEmpty();
    }

    @Test
    void jobThatHasNotFallenBackHasNoHeadersOfAFallback() {
        var headers = new RecordHeaders();
        FULL.atModel(0, 0, BigDecimal.ZERO, List.of(), null).writeTo(headers);

        assertThat(headers.lastHeader(MillraceHeaders.INHERITED_USD)).isNull();
        assertThat(headers.lastHeader(MillraceHeaders.FALLBACKS)).isNull();
    }

    @Nested
    class WhenAHeaderIsInvalid {
        @ParameterizedTest
        @ValueSource(
                strings = {
                    MillraceHeaders.SCHEMA,
                    MillraceHeaders.JOB_ID,
                    MillraceHeaders.TENANT,
                    MillraceHeaders.BATCH,
                    MillraceHeaders.PRIORITY,
                    MillraceHeaders.SUBMITTED_AT,
                    MillraceHeaders.ROUTED_BY,
                    MillraceHeaders.CHAIN,
                    MillraceHeaders.CHAIN_POSITION,
                    MillraceHeaders.ATTEMPTS
                })
        void aMissingHeaderIsNamed(String name) {
            var headers = written();
            headers.remove(name);

            assertThatThrownBy(() -> JobHeaders.read(headers))
                    .isInstanceOf(UnreadableHeader.class)
                    .hasMessageContaining(name);
        }

        @ParameterizedTest
        @ValueSource(strings = {MillraceHeaders.RESERVED_USD, MillraceHeaders.ATTEMPT_USD})
        void halfOfABudgetIsRejected(String missing) {
            var headers = written();
            headers.remove(missing);

            assertThatThrownBy(() -> JobHeaders.read(headers))
                    .isInstanceOf(UnreadableHeader.class)
                    .hasMessageContaining(missing);
        }

        @ParameterizedTest
        @CsvSource({
            "millrace-schema, 3",
            "millrace-schema, x",
            "millrace-job-id, abc",
            "millrace-priority, urgent",
            "millrace-deadline, soon",
            "millrace-line, many",
            "millrace-attempts, -1",
            "millrace-chain-position, 2",
            "millrace-request-partition, first",
            "millrace-request-partition, -1",
            "millrace-max-output-tokens, much",
            "millrace-max-output-tokens, 0",
            "millrace-inherited-usd, much",
            "millrace-inherited-usd, -1",
            "millrace-inherited-usd, 1E+1000000000",
            "millrace-inherited-usd, 1E-1000000000",
            "millrace-fallbacks, gpt-4.1",
            "millrace-fallbacks, timeout@now:gpt-4.1",
            "millrace-cache-key, abc",
            "millrace-reserved-usd, much",
            "millrace-reserved-usd, -1",
            "millrace-reserved-usd, 1E+1000000000",
            "millrace-attempt-usd, 0.1",
            "millrace-attempt-usd, '0.1,0.1,0.1'",
            "millrace-attempt-usd, '0.1,-0.1'",
            "millrace-attempt-usd, '0.1,'",
            "millrace-attempt-usd, '0.1,-'",
            "millrace-attempt-usd, '0.1,1E+1000000000'",
            "millrace-attempt-tokens, '1/1,1/1//1E+1000000000'",
            "millrace-spent-usd, -1",
            "millrace-spent-usd, 1E+1000000000",
        })
        void anInvalidHeaderIsRejected(String name, String value) {
            var headers = written();
            headers.remove(name);
            headers.add(name, value.getBytes(UTF_8));

            assertThatThrownBy(() -> JobHeaders.read(headers)).isInstanceOf(UnreadableHeader.class);
        }

        @Test
        void noOtherHeaderIsBlamed() {
            var headers = written();
            headers.remove(MillraceHeaders.ATTEMPTS);
            headers.add(MillraceHeaders.ATTEMPTS, "-1".getBytes(UTF_8));

            assertThatThrownBy(() -> JobHeaders.read(headers))
                    .hasMessage("the headers are invalid: attempts must not be negative, was -1");
        }

        @Test
        void thePreviousSchemaVersionIsReadable() throws UnreadableHeader {
            var headers = written();
            headers.remove(MillraceHeaders.SCHEMA);
            headers.add(MillraceHeaders.SCHEMA, "0".getBytes(UTF_8));

            assertThat(JobHeaders.read(headers)).isEqualTo(FULL);
        }
    }

    @Test
    void traceIsAHeaderOfItsOwnWhichIsReadAndNotWritten() throws UnreadableHeader {
        var headers = written();
        assertThat(headers.lastHeader("traceparent")).isNull();
        headers.add("traceparent", "00-a-b-01".getBytes(UTF_8));

        assertThat(JobHeaders.read(headers).identity().traceparent()).isEqualTo("00-a-b-01");
    }

    @Test
    void overlongTraceIsIgnored() throws UnreadableHeader {
        var headers = written();
        headers.add("traceparent", new byte[1_000]);

        assertThat(JobHeaders.read(headers)).isEqualTo(FULL);
    }

    @Test
    void onlyMillraceHeadersAreRemoved() {
        var headers = written();
        headers.add("traceparent", "t".getBytes(UTF_8));
        headers.add("millrace-later", "x".getBytes(UTF_8));

        MillraceHeaders.removeAll(headers);

        assertThat(headers.toArray()).extracting("key").containsExactly("traceparent");
    }
}
