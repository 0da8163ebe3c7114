package dev.millrace.router.retrieval;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.contracts.header.JobHeaders;
import dev.millrace.contracts.header.MillraceHeaders;
import dev.millrace.contracts.header.SubmissionHeaders;
import dev.millrace.contracts.header.UnreadableHeader;
import dev.millrace.contracts.result.CostEventCodec;
import dev.millrace.contracts.result.JobEnd;
import dev.millrace.router.topology.RouterDriver;
import java.time.Duration;
import java.util.Objects;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.streams.test.TestRecord;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

class RetrievalWayTest {
    private static final String PASSAGES = "{\"collection\":\"handbook\",\"passages\":[]}";
    private static final String LINE =
            """
            {"custom_id":"%s","url":"/v1/chat/completions","body":{"model":"small","messages":[]},\
            "millrace":{"retrieval":{"collection":"handbook"}}}""";

    private final RouterDriver router = new RouterDriver();

    @AfterEach
    void close() {
        router.close();
    }

    private TestRecord<String, byte @Nullable []> waiting(String customId) {
        router.send(
                LINE.formatted(customId),
                new SubmissionHeaders("acme", "nightly", 17L, null, null).withApiKey("key-1"));
        return router.retrievals().getFirst();
    }

    private void comeBack(Headers waiting, long offset, String line) {
        var headers = new RecordHeaders(waiting);
        MillraceHeaders.put(headers, MillraceHeaders.RETRIEVAL_OFFSET, offset);
        router.send(RouterDriver.TOPICS.retrieved(), null, line.getBytes(UTF_8), headers);
    }

    private static Headers with(Headers headers, String name, String value) {
        var copy = new RecordHeaders(headers);
        MillraceHeaders.put(copy, name, value);
        return copy;
    }

    @Nested
    class AJobThatNeedsPassages {
        @Test
        void waitsForThemBeforeItIsPlanned() {
            var job = waiting("a");

            assertThat(job.value()).isEqualTo(LINE.formatted("a").getBytes(UTF_8));
            assertThat(MillraceHeaders.text(job.headers(), MillraceHeaders.TENANT))
                    .contains("acme");
            assertThat(MillraceHeaders.text(job.headers(), MillraceHeaders.ORIGIN_TOPIC))
                    .contains(RouterDriver.TOPICS.requests());
            assertThat(router.jobs("small")).isEmpty();
        }

        /** The time of the oldest waiting job decides which jobs of all tenants are lost. */
        @Test
        void hasTheTimeOfTheRouterWhateverItsClientClaims() {
            router.send(LINE.formatted("a"), router.clock.instant().minus(Duration.ofDays(365)));

            assertThat(router.retrievals().getFirst().timestamp()).isEqualTo(router.clock.millis());
        }

        @Test
        void isARepeatWhileItWaits() {
            var job = waiting("a");
            router.send(
                    LINE.formatted("a"), new SubmissionHeaders("acme", "nightly", 17L, null, null));

            assertThat(job.key()).isNotNull();
            assertThat(router.retrievals()).isEmpty();
            assertThat(router.deadLetters()).hasSize(1);
        }

        @Test
        void thatIsTooLargeForItsTopicIsRefused() {
            router.maxRecordBytes.put(RouterDriver.TOPICS.retrievals(), 10);
            router.send(LINE.formatted("a"));

            assertThat(router.retrievals()).isEmpty();
            assertThat(result()).contains("\"code\":\"validation_error\"");
        }

        @Test
        void cannotForgeItsPassages() throws UnreadableHeader {
            var headers = new RecordHeaders();
            MillraceHeaders.put(headers, MillraceHeaders.PASSAGES, PASSAGES);
            router.send(
                    RouterDriver.TOPICS.requests(),
                    null,
                    RouterDriver.line("a", "small").getBytes(UTF_8),
                    headers);

            assertThat(JobHeaders.read(router.jobs("small").getFirst().headers()).passages())
                    .isNull();
        }
    }

    @Nested
    class AJobThatComesBack {
        @Test
        void keepsItsIdentityAndGetsItsPassages() throws UnreadableHeader {
            var job = waiting("a");
            comeBack(
                    with(job.headers(), MillraceHeaders.PASSAGES, PASSAGES),
                    0,
                    LINE.formatted("a"));

            var planned = router.jobs("small").getFirst();
            var headers = JobHeaders.read(planned.headers());
            assertThat(planned.key()).isEqualTo(job.key());
            assertThat(headers.tenant()).isEqualTo("acme");
            assertThat(headers.batch()).isEqualTo("nightly");
            assertThat(headers.line()).isEqualTo(17L);
            assertThat(headers.passages()).isEqualTo(PASSAGES);
            assertThat(headers.requestPartition()).isZero();
        }

        @Test
        void withAnErrorEndsAsAResult() {
            var job = waiting("a");
            comeBack(
                    with(
                            job.headers(),
                            MillraceHeaders.RETRIEVAL_ERROR,
                            "validation_error no such collection"),
                    0,
                    LINE.formatted("a"));

            assertThat(result())
                    .contains("\"code\":\"validation_error\"")
                    .contains("\"message\":\"no such collection\"")
                    .contains("\"custom_id\":\"a\"");
            assertThat(router.costs()).hasSize(1);
            assertThat(router.jobs("small")).isEmpty();
        }

        @Test
        void withAnAnswerEndsWithoutACallAndWithoutCost() {
            var job = waiting("a");
            comeBack(
                    with(
                            with(
                                    job.headers(),
                                    MillraceHeaders.RETRIEVAL_ANSWER,
                                    "Nothing \"found\"."),
                            MillraceHeaders.PASSAGES,
                            PASSAGES),
                    0,
                    LINE.formatted("a"));

            assertThat(result())
                    .contains("\"status_code\":200")
                    .contains("\"object\":\"chat.completion\"")
                    .contains("\"content\":\"Nothing \\\"found\\\".\"")
                    .contains("\"retrieval\":" + PASSAGES)
                    .contains("\"model\":null,\"provider\":null,\"attempts\":0")
                    .contains("\"error_code\":null");
            assertThat(router.jobs("small")).isEmpty();
            var cost = CostEventCodec.read(router.costs().getFirst().value());
            assertThat(cost.isFinal()).isTrue();
            assertThat(cost.costUsd()).isZero();
            assertThat(cost.end()).isEqualTo(JobEnd.unrouted(null));
        }

        @Test
        void withAnAnswerForAnUnknownModelEndsAsAnError() {
            var job = waiting("a");
            comeBack(
                    with(job.headers(), MillraceHeaders.RETRIEVAL_ANSWER, "Nothing."),
                    0,
                    LINE.formatted("a").replace("small", "smal"));

            assertThat(result()).contains("\"error_code\":\"unknown_model\"");
        }

        @Test
        void twiceIsPlannedOnce() {
            var job = waiting("a");
            comeBack(job.headers(), 0, LINE.formatted("a"));
            comeBack(job.headers(), 0, LINE.formatted("a"));

            assertThat(router.jobs("small")).hasSize(1);
        }

        @Test
        void fromARecreatedTopicIsPlanned() {
            var first = waiting("a");
            comeBack(first.headers(), 7, LINE.formatted("a"));
            router.retrievalsTopic = Uuid.randomUuid();
            var second = waiting("b");
            comeBack(second.headers(), 0, LINE.formatted("b"));

            assertThat(router.jobs("small")).hasSize(2);
        }

        @Test
        void brokenIsADeadLetterAndEnds() {
            var job = waiting("a");
            comeBack(job.headers(), 0, "{");

            endsAsADeadLetterOf(job);
        }

        @Test
        void fromATopicThatIsNoRequestTopicAnyMoreEnds() {
            var job = waiting("a");
            comeBack(
                    with(job.headers(), MillraceHeaders.ORIGIN_TOPIC, "removed.requests"),
                    0,
                    LINE.formatted("a"));

            endsAsADeadLetterOf(job);
        }

        /** Otherwise the job would get passages of its former tenant. */
        @Test
        void asAJobOfAnotherTenantEnds() {
            var job = waiting("a");
            comeBack(
                    with(
                            with(job.headers(), MillraceHeaders.ORIGIN_TOPIC, "acme.requests"),
                            MillraceHeaders.PASSAGES,
                            PASSAGES),
                    0,
                    LINE.formatted("a"));
            comeBack(with(job.headers(), MillraceHeaders.BATCH, "another"), 1, LINE.formatted("a"));

            assertThat(router.jobs("small")).isEmpty();
            assertThat(router.costs()).hasSize(2).allMatch(it -> it.key().equals(job.key()));
        }

        private void endsAsADeadLetterOf(TestRecord<String, byte @Nullable []> job) {
            assertThat(router.jobs("small")).isEmpty();
            var letter = router.deadLetters().getFirst();
            assertThat(MillraceHeaders.text(letter.headers(), MillraceHeaders.JOB_ID))
                    .contains(job.key());
            var cost = router.costs();
            assertThat(cost).singleElement().matches(it -> it.key().equals(job.key()));
            assertThat(new String(Objects.requireNonNull(cost.getFirst().value()), UTF_8))
                    .contains("\"final\":true")
                    .contains("\"batch\":\"nightly\"");
        }

        @Test
        void ofAnotherProgramIsIgnored() {
            comeBack(new RecordHeaders(), 0, LINE.formatted("a"));

            assertThat(router.jobs("small")).isEmpty();
            assertThat(router.results()).isEmpty();
            assertThat(router.deadLetters()).isEmpty();
        }
    }

    private String result() {
        return new String(Objects.requireNonNull(router.results().getFirst().value()), UTF_8);
    }
}
