package dev.millrace.traces;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import dev.millrace.contracts.batch.BatchManifest;
import dev.millrace.contracts.error.ErrorCode;
import dev.millrace.contracts.header.JobHeaders;
import dev.millrace.contracts.header.MillraceHeaders;
import dev.millrace.contracts.header.UnreadableHeader;
import dev.millrace.contracts.job.JobId;
import dev.millrace.contracts.job.Lane;
import dev.millrace.contracts.result.CostEvent;
import dev.millrace.contracts.result.CostEventCodec;
import dev.millrace.contracts.result.JobEnd;
import dev.millrace.contracts.topic.Topics;
import dev.millrace.contracts.waiting.WaitingReason;
import dev.millrace.traces.JobSpan.Name;
import dev.millrace.traces.JobSpan.Times;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.common.AttributesBuilder;
import io.opentelemetry.api.trace.SpanKind;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;
import org.jspecify.annotations.Nullable;

/**
 * Makes the spans that the records of the pipeline show: publish, route, end, store, and the span
 * that covers a job. Reads the content of a record only if its job is sampled or has failed. Used
 * by any thread.
 *
 * @param requests the request topics
 * @param share share of jobs that are sampled
 */
record RecordSpans(Topics topics, Set<String> requests, double share, Steps steps) {
    private static final String PUBLISH = "publish";
    private static final String ROUTE = "route";
    private static final String END = "end";
    private static final String STORE = "store";
    private static final String BURY = "bury";

    private static final byte[] FINAL = "\"final\":true".getBytes(ISO_8859_1);

    /** Begins the error code in the JSON of a final cost event of a job that has failed. */
    private static final byte[] FAILED = "\"error_code\":\"".getBytes(ISO_8859_1);

    private static final AttributeKey<String> SYSTEM = AttributeKey.stringKey("messaging.system");
    private static final AttributeKey<String> OPERATION =
            AttributeKey.stringKey("messaging.operation.name");
    private static final AttributeKey<String> OPERATION_TYPE =
            AttributeKey.stringKey("messaging.operation.type");
    private static final AttributeKey<String> DESTINATION =
            AttributeKey.stringKey("messaging.destination.name");
    private static final AttributeKey<String> TENANT = AttributeKey.stringKey("millrace.tenant");
    private static final AttributeKey<String> BATCH = AttributeKey.stringKey("millrace.batch");
    private static final AttributeKey<String> MODEL = AttributeKey.stringKey("millrace.model");
    private static final AttributeKey<String> PROVIDER =
            AttributeKey.stringKey("millrace.provider");
    private static final AttributeKey<String> ROUTED_BY =
            AttributeKey.stringKey("millrace.routed_by");
    private static final AttributeKey<Long> ATTEMPTS = AttributeKey.longKey("millrace.attempts");
    private static final AttributeKey<Double> COST =
            AttributeKey.doubleKey("millrace.job_cost_usd");
    private static final AttributeKey<Double> SAVED = AttributeKey.doubleKey("millrace.saved_usd");
    private static final AttributeKey<String> CACHE = AttributeKey.stringKey("millrace.cache");
    private static final AttributeKey<String> TIER = AttributeKey.stringKey("millrace.tier");
    private static final AttributeKey<Long> LINES = AttributeKey.longKey("millrace.lines");

    RecordSpans {
        requests = Set.copyOf(requests);
    }

    /** The end of a job, as its final cost event shows it. */
    record Ended(JobTrace trace, CostEvent event, JobEnd end) {}

    /** Returns true for a record that shows a step of a job that is traced, or a batch. */
    boolean isFollowed(ProducerRecord<byte[], byte[]> record) {
        String topic = record.topic();
        if (record.value() == null) {
            return false;
        }
        if (topics.isJobTopic(topic) || requests.contains(topic)) {
            return isSampled(trace(record.key(), record.headers()));
        }
        if (isRetrieved(record)) {
            return isSampled(trace(record.key(), record.headers()));
        }
        if (topic.equals(topics.costs())) {
            return isSampled(trace(record.key(), record.headers()))
                    || contains(record.value(), FAILED);
        }
        if (topic.equals(topics.deadLetters())) {
            return isSampled(buried(record.headers())) || !isRepeat(record.headers());
        }
        return topic.equals(topics.batches());
    }

    /** Returns true for a job that returns to the router from the retrieval service. */
    private boolean isRetrieved(ProducerRecord<byte[], byte[]> record) {
        return record.topic().equals(topics.retrieved())
                && record.headers().lastHeader(MillraceHeaders.RETRIEVAL_OFFSET) != null;
    }

    private boolean isSampled(@Nullable JobTrace trace) {
        return trace != null && trace.isSampled(share);
    }

    /** A repeat is no error of its job. */
    private static boolean isRepeat(Headers headers) {
        return MillraceHeaders.text(headers, MillraceHeaders.REASON)
                .filter(
                        it ->
                                it.equals(ErrorCode.DUPLICATE.code())
                                        || it.equals(ErrorCode.DUPLICATE_CUSTOM_ID.code()))
                .isPresent();
    }

    /**
     * Returns the spans of a followed record.
     *
     * @param times from when it was sent until it was acknowledged
     */
    List<JobSpan> spans(ProducerRecord<byte[], byte[]> record, Times times) {
        String topic = record.topic();
        if (topic.equals(topics.batches())) {
            return batch(record.value(), times);
        }
        if (topic.equals(topics.deadLetters())) {
            JobTrace trace = buried(record.headers());
            return trace == null ? List.of() : List.of(deadLetter(trace, record, times));
        }
        JobTrace trace = trace(record.key(), record.headers());
        if (trace == null) {
            return List.of();
        }
        if (topic.equals(topics.costs())) {
            return end(trace, record.value()).map(it -> spans(it, times)).orElse(List.of());
        }
        if (topics.isJobTopic(topic)) {
            return job(trace, record, times);
        }
        if (isRetrieved(record)) {
            return List.of(retrieved(trace, record, times));
        }
        return List.of(
                step(trace, PUBLISH, topic, times, attributes(trace, PUBLISH, topic).build()));
    }

    /** Returns the wait for passages. The record has the time of the router's question. */
    private JobSpan retrieved(JobTrace trace, ProducerRecord<byte[], byte[]> record, Times times) {
        Long asked = record.timestamp();
        Instant start = asked == null ? times.start() : Instant.ofEpochMilli(asked);
        return steps.step(
                trace,
                new Name("wait", SpanKind.INTERNAL),
                new Times(start, times.end()),
                Steps.attributes(trace).put(Steps.REASON, WaitingReason.RETRIEVAL.word()).build(),
                "retrieval",
                start.toEpochMilli());
    }

    private List<JobSpan> job(JobTrace trace, ProducerRecord<byte[], byte[]> record, Times times) {
        JobHeaders job;
        try {
            job = JobHeaders.read(record.headers());
        } catch (UnreadableHeader e) {
            return List.of();
        }
        String topic = record.topic();
        boolean isExpress = topic.endsWith("." + Lane.EXPRESS.word());
        boolean isRoute = !isExpress && job.position() == 0;
        String operation = isExpress ? PUBLISH : isRoute ? ROUTE : "fallback";
        return List.of(
                step(
                        trace,
                        operation,
                        topic,
                        isRoute ? new Times(job.submittedAt(), times.end()) : times,
                        attributes(trace, operation, topic)
                                .put(ROUTED_BY, job.routedBy())
                                .put(MODEL, job.model())
                                .build()));
    }

    private List<JobSpan> batch(byte[] value, Times times) {
        BatchManifest manifest;
        try {
            manifest = BatchManifest.read(value);
        } catch (IllegalArgumentException | ArithmeticException e) {
            return List.of();
        }
        return List.of(
                steps.batch(
                        JobTrace.ofBatch(manifest.tenant(), manifest.batch()),
                        manifest.submittedAt(),
                        times.end(),
                        Attributes.builder()
                                .put(TENANT, manifest.tenant())
                                .put(BATCH, manifest.batch())
                                .put(LINES, manifest.lines())
                                .build()));
    }

    private JobSpan deadLetter(JobTrace trace, ProducerRecord<byte[], byte[]> record, Times times) {
        var attributes = attributes(trace, BURY, record.topic());
        put(
                attributes,
                Steps.ERROR,
                MillraceHeaders.text(record.headers(), MillraceHeaders.REASON).orElse(null));
        return step(trace, BURY, record.topic(), times, attributes.build());
    }

    /** Returns the spans of an ended job: of the writing of its end, and of the whole job. */
    private List<JobSpan> spans(Ended ended, Times written) {
        CostEvent event = ended.event();
        JobEnd end = ended.end();
        Instant submitted =
                written.start().minusMillis(end.times().queuedMs() + end.times().upstreamMs());
        return List.of(
                step(
                        ended.trace(),
                        END,
                        topics.results(),
                        written,
                        withError(ended, attributes(ended.trace(), END, topics.results()))),
                steps.job(
                        ended.trace(),
                        new Times(submitted, written.end()),
                        withError(ended, ofJob(ended)),
                        JobTrace.ofBatch(event.tenant(), event.batch())));
    }

    private static AttributesBuilder ofJob(Ended ended) {
        CostEvent event = ended.event();
        JobEnd end = ended.end();
        var attributes =
                Steps.attributes(ended.trace())
                        .put(TENANT, event.tenant())
                        .put(BATCH, event.batch())
                        .put(ATTEMPTS, (long) end.attempts())
                        .put(COST, end.jobCostUsd().doubleValue())
                        .put(SAVED, event.savedUsd().doubleValue())
                        .put(CACHE, end.cache());
        put(attributes, MODEL, event.model());
        put(attributes, PROVIDER, event.provider());
        put(attributes, ROUTED_BY, end.route().by());
        put(attributes, TIER, event.cost().usage().service().tier());
        return attributes;
    }

    /** Returns the end of a job that is traced, if a record that was read is its final event. */
    Optional<Ended> end(ConsumerRecord<byte[], byte[]> record) {
        if (record.value() == null || !record.topic().equals(topics.costs())) {
            return Optional.empty();
        }
        JobTrace trace = trace(record.key(), record.headers());
        return trace != null && (isSampled(trace) || contains(record.value(), FAILED))
                ? end(trace, record.value())
                : Optional.empty();
    }

    /** Returns the span of an end that the sink has stored. */
    JobSpan stored(Ended ended, Times times) {
        return step(
                ended.trace(),
                STORE,
                topics.costs(),
                times,
                withError(ended, attributes(ended.trace(), STORE, topics.costs())));
    }

    private static Optional<Ended> end(JobTrace trace, byte[] value) {
        try {
            CostEvent event = CostEventCodec.read(value);
            JobEnd end = event.end();
            return event.isFinal() && end != null
                    ? Optional.of(new Ended(trace, event, end))
                    : Optional.empty();
        } catch (IllegalArgumentException | ArithmeticException e) {
            return Optional.empty();
        }
    }

    /** Returns the id of the job that a record ends; empty if it ends none. */
    Optional<JobId> endedJob(ProducerRecord<byte[], byte[]> record) {
        boolean isEnd =
                record.topic().equals(topics.costs())
                        && record.value() != null
                        && contains(record.value(), FINAL);
        return isEnd
                ? Optional.ofNullable(trace(record.key(), record.headers())).map(JobTrace::job)
                : Optional.empty();
    }

    private JobSpan step(
            JobTrace trace, String operation, String topic, Times times, Attributes attributes) {
        boolean isRead = isRead(operation);
        return steps.step(
                trace,
                new Name(operation + " " + topic, isRead ? SpanKind.CONSUMER : SpanKind.PRODUCER),
                times,
                attributes,
                operation,
                times.start().toEpochMilli());
    }

    private static boolean isRead(String operation) {
        return operation.equals(ROUTE) || operation.equals(STORE);
    }

    private static AttributesBuilder attributes(JobTrace trace, String operation, String topic) {
        return Steps.attributes(trace)
                .put(SYSTEM, "kafka")
                .put(OPERATION, operation)
                .put(OPERATION_TYPE, isRead(operation) ? "process" : "send")
                .put(DESTINATION, topic);
    }

    private static Attributes withError(Ended ended, AttributesBuilder attributes) {
        put(attributes, Steps.ERROR, ended.end().errorCode());
        return attributes.build();
    }

    private static void put(
            AttributesBuilder attributes, AttributeKey<String> key, @Nullable String value) {
        if (value != null) {
            attributes.put(key, value);
        }
    }

    private static boolean contains(byte[] text, byte[] part) {
        for (int i = 0; i <= text.length - part.length; i++) {
            int k = 0;
            while (k < part.length && text[i + k] == part[k]) {
                k++;
            }
            if (k == part.length) {
                return true;
            }
        }
        return false;
    }

    /** Returns the trace of a dead letter's job; null if nothing names the job. */
    private static @Nullable JobTrace buried(Headers headers) {
        Header id = headers.lastHeader(MillraceHeaders.JOB_ID);
        return id == null ? null : trace(id.value(), headers);
    }

    /** Returns the trace of the job that a key names; null if it names none. */
    private static @Nullable JobTrace trace(byte @Nullable [] key, Headers headers) {
        try {
            return key == null
                    ? null
                    : JobTrace.of(new JobId(new String(key, ISO_8859_1)), headers);
        } catch (IllegalArgumentException e) {
            return null;
        }
    }
}
