package dev.millrace.traces;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.configuration.MillraceConfig;
import dev.millrace.configuration.loading.ConfigLoader;
import dev.millrace.contracts.batch.BatchManifest;
import dev.millrace.contracts.batch.BatchOrigin;
import dev.millrace.contracts.catalog.Model;
import dev.millrace.contracts.error.ErrorCode;
import dev.millrace.contracts.header.JobHeaders;
import dev.millrace.contracts.header.MillraceHeaders;
import dev.millrace.contracts.job.JobId;
import dev.millrace.contracts.job.JobLabels;
import dev.millrace.contracts.job.Lane;
import dev.millrace.contracts.job.Priority;
import dev.millrace.contracts.kafka.KafkaConfig;
import dev.millrace.contracts.money.Price;
import dev.millrace.contracts.money.TokenUsage;
import dev.millrace.contracts.result.AttemptCost;
import dev.millrace.contracts.result.BatchJob;
import dev.millrace.contracts.result.Calls;
import dev.millrace.contracts.result.CostKind;
import dev.millrace.contracts.result.EndReceivers;
import dev.millrace.contracts.result.EndWriter;
import dev.millrace.contracts.result.JobEnding;
import dev.millrace.contracts.result.JobFacts;
import dev.millrace.contracts.result.JobResult;
import dev.millrace.contracts.result.JobTimes;
import dev.millrace.contracts.result.Outcome;
import dev.millrace.contracts.result.PricedUsage;
import dev.millrace.contracts.result.Provenance;
import dev.millrace.contracts.result.ProviderBody;
import dev.millrace.contracts.result.Route;
import dev.millrace.contracts.topic.Topics;
import dev.millrace.contracts.waiting.WaitingReason;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.sdk.trace.data.LinkData;
import io.opentelemetry.sdk.trace.data.SpanData;
import java.math.BigDecimal;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.record.TimestampType;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/** The spans of one process, from what its services publish, read and report. */
class OtlpTracesTest {
    private static final String CALLER = "00f067aa0ba902b7";
    private static final String TRACE = "4bf92f3577b34da6a3ce929d0e0e4736";
    private static final String SAMPLED = "00-" + TRACE + "-" + CALLER + "-01";
    private static final Topics TOPICS = new Topics("millrace.");
    private static final Instant NOON = Instant.parse("2026-11-20T12:00:00Z");
    private static final JobId JOB = JobId.of("acme", "b", "a");
    private static final Model MODEL = Model.of("small", "mistral", Price.of("1", "2"));
    private static final byte[] LINE =
            """
            {"custom_id":"a","method":"POST","url":"/v1/chat/completions",\
            "body":{"model":"small","messages":[{"role":"user","content":"a private question"}]}}"""
                    .getBytes(UTF_8);
    private static final ProviderBody ANSWER =
            ProviderBody.of("{\"answer\":\"a private answer\"}".getBytes(UTF_8));

    private final SpanSenderTest.Receiver receiver = new SpanSenderTest.Receiver();
    private @Nullable OtlpTraces started;
    private final RecordFollower follower = new RecordFollower();

    private OtlpTraces start(String settings) {
        MillraceConfig config =
                new ConfigLoader(Map.of())
                        .parse(
                                "test",
                                "tracing: { endpoint: \"http://localhost:4318\", "
                                        + settings
                                        + " }");
        var traces = OtlpTraces.start(config, new SimpleMeterRegistry(), () -> NOON, receiver);
        started = traces;
        follower.configure(
                Map.of(
                        RecordFollower.TRACES,
                        traces.followed(KafkaConfig.of("localhost:9092"))
                                .properties()
                                .get("producer.millrace.traces")));
        return traces;
    }

    @AfterEach
    void close() {
        if (started != null) {
            started.close();
        }
    }

    /** Ends the traces, which sends all spans. */
    private List<SpanData> spans() {
        close();
        return receiver.spans;
    }

    private static JobHeaders job(@Nullable String traceparent) {
        return new JobHeaders(
                new JobHeaders.Identity(JOB, "acme", "b", null, null, null, traceparent),
                new JobHeaders.Submission(Priority.NORMAL, null, NOON.minusSeconds(60)),
                new JobHeaders.Route("default/1@v1", List.of("small"), 0));
    }

    private static TracedCall call(@Nullable ErrorCode error) {
        var tokens = new TokenUsage(12, 4, 0, 8, 3);
        return new TracedCall(
                2,
                MODEL,
                NOON.minusSeconds(2),
                Duration.ofSeconds(2),
                Duration.ofMillis(300),
                error,
                error == null ? 200 : 500,
                error == null
                        ? new AttemptCost(
                                "small",
                                "mistral",
                                2,
                                CostKind.BILLED,
                                PricedUsage.of(tokens, null, "v1"),
                                new BigDecimal("0.25"),
                                BigDecimal.ZERO)
                        : null,
                LINE,
                ANSWER);
    }

    private void send(ProducerRecord<byte[], byte[]> record) {
        var sent = follower.onSend(record);
        assertThat(sent).isSameAs(record);
        follower.onAcknowledgement(null, null, record.headers());
    }

    /** Sends the final cost event of the job. */
    private ProducerRecord<byte[], byte[]> end(
            @Nullable String traceparent, @Nullable ErrorCode error) {
        var facts =
                new JobFacts(
                        new BatchJob(JOB, "acme", "b"),
                        null,
                        new Route("default/1@v1", "small"),
                        Lane.NORMAL,
                        BigDecimal.ZERO,
                        new EndReceivers(0, null, null, null, traceparent),
                        List.of(),
                        null,
                        null);
        var calls =
                new Calls(
                        "small",
                        "mistral",
                        2,
                        new BigDecimal("0.25"),
                        new JobTimes(2_000, 58_000, null),
                        null);
        Outcome outcome =
                error == null
                        ? new Outcome.Answered(200, null, ANSWER, null)
                        : Outcome.rejected(error, "a private message");
        var ending =
                new JobEnding.Settled(
                        new JobResult(
                                "a",
                                outcome,
                                new Provenance(facts, calls, new JobLabels(null, null))),
                        AttemptCost.NONE);
        var records = new EndWriter(TOPICS, () -> 1 << 20).write(ending).records();
        records.forEach(this::send);
        return records.getLast();
    }

    private static @Nullable Object value(SpanData span, String key) {
        return span.getAttributes().asMap().entrySet().stream()
                .filter(it -> it.getKey().getKey().equals(key))
                .map(Map.Entry::getValue)
                .findFirst()
                .orElse(null);
    }

    @Nested
    class ASampledJob {
        @Test
        void callHasTheAttributesOfTheConventions() {
            start("sample: 0").onCalled(job(SAMPLED), call(null));

            assertThat(spans())
                    .singleElement()
                    .satisfies(
                            it -> {
                                assertThat(it.getName()).isEqualTo("chat small");
                                assertThat(it.getKind()).isEqualTo(SpanKind.CLIENT);
                                assertThat(it.getTraceId()).isEqualTo(TRACE);
                                assertThat(it.getParentSpanId()).isEqualTo(SpanIds.ofJob(JOB));
                                assertThat(it.getEndEpochNanos() - it.getStartEpochNanos())
                                        .isEqualTo(2_000_000_000L);
                                assertThat(value(it, "gen_ai.operation.name")).isEqualTo("chat");
                                assertThat(value(it, "gen_ai.provider.name"))
                                        .isEqualTo("mistral_ai");
                                assertThat(value(it, "gen_ai.usage.input_tokens")).isEqualTo(12L);
                                assertThat(value(it, "gen_ai.usage.output_tokens")).isEqualTo(8L);
                                assertThat(value(it, "gen_ai.usage.cache_read.input_tokens"))
                                        .isEqualTo(4L);
                                assertThat(value(it, "gen_ai.response.time_to_first_chunk"))
                                        .isEqualTo(0.3);
                                assertThat(value(it, "http.response.status_code")).isEqualTo(200L);
                                assertThat(value(it, "millrace.cost_usd")).isEqualTo(0.25);
                                assertThat(value(it, "millrace.attempt")).isEqualTo(2L);
                                assertThat(it.getStatus().getStatusCode())
                                        .isEqualTo(StatusCode.UNSET);
                            });
        }

        @Test
        void failedCallHasItsError() {
            start("sample: 0").onCalled(job(SAMPLED), call(ErrorCode.SERVER_ERROR));

            assertThat(spans())
                    .singleElement()
                    .satisfies(
                            it -> {
                                assertThat(value(it, "error.type")).isEqualTo("server_error");
                                assertThat(it.getStatus().getStatusCode())
                                        .isEqualTo(StatusCode.ERROR);
                            });
        }

        @Test
        void waitHasItsReason() {
            start("sample: 0")
                    .onWaited(job(SAMPLED), 1, NOON, NOON.plusSeconds(5), WaitingReason.SLOTS);

            assertThat(spans())
                    .singleElement()
                    .satisfies(
                            it -> {
                                assertThat(it.getName()).isEqualTo("wait");
                                assertThat(value(it, "millrace.wait.reason")).isEqualTo("slots");
                            });
        }

        @Test
        void waitInTheRouterIsBeforeTheNextCall() {
            start("sample: 0")
                    .onWaited(job(SAMPLED), NOON.minusSeconds(9), WaitingReason.CHEAPER_HOUR);

            assertThat(spans())
                    .singleElement()
                    .satisfies(
                            it -> {
                                assertThat(value(it, "millrace.wait.reason"))
                                        .isEqualTo("cheaper_hour");
                                assertThat(value(it, "millrace.attempt")).isEqualTo(1L);
                                assertThat(it.getEndEpochNanos() - it.getStartEpochNanos())
                                        .isEqualTo(9_000_000_000L);
                            });
        }

        @Test
        void callOfAnotherOwnerHasAnUnknownOutcome() {
            start("sample: 0").onLost(job(SAMPLED), 1, MODEL);

            assertThat(spans())
                    .singleElement()
                    .satisfies(
                            it -> assertThat(value(it, "error.type")).isEqualTo("unknown_outcome"));
        }

        @Test
        void requestAndJobAreAStepEach() {
            start("sample: 0");
            var headers = new RecordHeaders();
            MillraceHeaders.put(headers, MillraceHeaders.TRACEPARENT, SAMPLED);
            byte[] key = JOB.value().getBytes(UTF_8);
            send(new ProducerRecord<>(TOPICS.requests(), null, key, LINE, headers));
            var routed = new RecordHeaders(headers);
            job(null).writeTo(routed);
            send(new ProducerRecord<>(TOPICS.jobs("small", Lane.NORMAL), null, key, LINE, routed));

            assertThat(spans())
                    .extracting(SpanData::getName)
                    .containsExactly(
                            "publish millrace.requests",
                            "route " + TOPICS.jobs("small", Lane.NORMAL));
            assertThat(spans())
                    .extracting(SpanData::getKind)
                    .containsExactly(SpanKind.PRODUCER, SpanKind.CONSUMER);
        }

        @Test
        void jobWithPassagesHasWaitedForThem() {
            start("sample: 0");
            var headers = new RecordHeaders();
            MillraceHeaders.put(headers, MillraceHeaders.TRACEPARENT, SAMPLED);
            MillraceHeaders.put(headers, MillraceHeaders.RETRIEVAL_OFFSET, 7);
            byte[] key = JOB.value().getBytes(UTF_8);
            long asked = NOON.minusSeconds(3).toEpochMilli();
            send(new ProducerRecord<>(TOPICS.retrieved(), 0, asked, key, LINE, headers));

            assertThat(spans())
                    .singleElement()
                    .satisfies(
                            it -> {
                                assertThat(it.getName()).isEqualTo("wait");
                                assertThat(value(it, "millrace.wait.reason"))
                                        .isEqualTo("retrieval");
                                assertThat(it.getEndEpochNanos() - it.getStartEpochNanos())
                                        .isEqualTo(3_000_000_000L);
                            });
        }

        @Test
        void endHasTheSpanOfTheWholeJob() {
            start("sample: 0");
            var _ = end(SAMPLED, null);

            assertThat(spans())
                    .extracting(SpanData::getName)
                    .containsExactly("end millrace.results", "job");
            assertThat(spans().getLast())
                    .satisfies(
                            it -> {
                                assertThat(it.getSpanId()).isEqualTo(SpanIds.ofJob(JOB));
                                assertThat(it.getParentSpanId()).isEqualTo(CALLER);
                                assertThat(it.getEndEpochNanos() - it.getStartEpochNanos())
                                        .isEqualTo(Duration.ofMinutes(1).toNanos());
                                assertThat(it.getLinks())
                                        .extracting(LinkData::getSpanContext)
                                        .containsExactly(JobTrace.ofBatch("acme", "b"));
                                assertThat(value(it, "millrace.job_cost_usd")).isEqualTo(0.25);
                                assertThat(value(it, "millrace.cache")).isEqualTo("miss");
                                assertThat(value(it, "millrace.attempts")).isEqualTo(2L);
                            });
        }

        @Test
        void storeEndsWhenTheSinkHasStored() {
            OtlpTraces traces = start("sample: 0");
            ProducerRecord<byte[], byte[]> cost = end(SAMPLED, null);
            var id = new TopicPartition(cost.topic(), 0);
            var _ =
                    follower.onConsume(
                            new ConsumerRecords<>(
                                    Map.of(
                                            id,
                                            List.of(
                                                    new ConsumerRecord<>(
                                                            id.topic(),
                                                            0,
                                                            0,
                                                            NOON.minusSeconds(3).toEpochMilli(),
                                                            TimestampType.CREATE_TIME,
                                                            0,
                                                            0,
                                                            cost.key(),
                                                            cost.value(),
                                                            cost.headers(),
                                                            Optional.empty()))),
                                    Map.of()));
            traces.onStored();

            assertThat(spans()).extracting(SpanData::getName).contains("store millrace.costs");
        }

        @Test
        void recordThatIsNotWrittenIsNoStep() {
            start("sample: 1");
            var record = new ProducerRecord<>(TOPICS.requests(), JOB.value().getBytes(UTF_8), LINE);
            var _ = follower.onSend(record);
            follower.onAcknowledgement(null, new IllegalStateException(), record.headers());

            assertThat(spans()).isEmpty();
        }
    }

    @Nested
    class AJobThatIsNotSampled {
        @Test
        void hasNoSpan() {
            OtlpTraces traces = start("sample: 0");
            traces.onWaited(job(null), 1, NOON, NOON, null);
            traces.onCalled(job(null), call(null));
            traces.onCalled(job(null), call(ErrorCode.SERVER_ERROR));
            var _ = end(null, null);

            assertThat(spans()).isEmpty();
        }

        @Test
        void hasItsFailedCallsIfItEndsWithAnError() {
            OtlpTraces traces = start("sample: 0");
            traces.onCalled(job(null), call(ErrorCode.SERVER_ERROR));
            var _ = end(null, ErrorCode.SERVER_ERROR);

            assertThat(spans())
                    .extracting(SpanData::getName)
                    .containsExactlyInAnyOrder("end millrace.results", "job", "chat small");
            assertThat(spans())
                    .allSatisfy(
                            it -> {
                                assertThat(it.getTraceId()).isEqualTo(JOB.value());
                                assertThat(value(it, "error.type")).isEqualTo("server_error");
                            });
        }
    }

    @Nested
    class Bodies {
        @Test
        void areInNoSpanByDefault() {
            OtlpTraces traces = start("sample: 1");
            traces.onCalled(job(null), call(null));
            var _ = end(null, ErrorCode.SERVER_ERROR);

            assertThat(spans()).isNotEmpty();
            assertThat(spans().toString()).doesNotContain("private");
        }

        @Test
        void areInSpansOfCallsIfAskedFor() {
            start("sample: 1, bodies: true").onCalled(job(null), call(null));

            assertThat(spans().toString()).contains("a private question", "a private answer");
        }
    }

    @Test
    void batchHasATraceOfItsOwn() {
        start("sample: 0");
        var manifest =
                new BatchManifest(
                        "acme",
                        "b",
                        "s",
                        7,
                        NOON.minusSeconds(9),
                        "ada@build-7",
                        Optional.empty(),
                        BatchOrigin.UNKNOWN);
        send(new ProducerRecord<>(TOPICS.batches(), manifest.key(), manifest.toJson()));

        assertThat(spans())
                .singleElement()
                .satisfies(
                        it -> {
                            assertThat(it.getSpanContext())
                                    .isEqualTo(JobTrace.ofBatch("acme", "b"));
                            assertThat(value(it, "millrace.lines")).isEqualTo(7L);
                        });
    }

    @Test
    void interceptorOfTheUserStays() {
        var clients =
                new KafkaConfig(
                        Map.of(
                                "bootstrap.servers",
                                "localhost:9092",
                                "interceptor.classes",
                                "com.example.Mine"));

        assertThat(start("sample: 1").followed(clients).properties())
                .containsEntry("interceptor.classes", "com.example.Mine")
                .containsEntry(
                        "producer.interceptor.classes",
                        "com.example.Mine," + RecordFollower.class.getName())
                .doesNotContainKey("consumer.interceptor.classes");
    }

    @Test
    void pathOfTheReceiverCanBeLeftOut() {
        assertThat(OtlpTraces.url(URI.create("http://localhost:4318")))
                .isEqualTo("http://localhost:4318/v1/traces");
        assertThat(OtlpTraces.url(URI.create("https://host/otlp/v1/traces")))
                .isEqualTo("https://host/otlp/v1/traces");
    }
}
