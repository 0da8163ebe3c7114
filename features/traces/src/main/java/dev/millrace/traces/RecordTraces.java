package dev.millrace.traces;

import dev.millrace.traces.JobSpan.Times;
import dev.millrace.traces.RecordSpans.Ended;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.Headers;
import org.jspecify.annotations.Nullable;

/**
 * Follows the records of a process from their sending to their acknowledgement, and from their
 * reading to their storing by the sink. Thread-safe.
 */
final class RecordTraces {
    /** Most records that are followed at a time. */
    private static final int MOST = 4_096;

    /** Found by the interceptors, which Kafka creates by name. */
    private static final Map<String, RecordTraces> RUNNING = new ConcurrentHashMap<>();

    private final RecordSpans spans;
    private final FailedCalls failedCalls;
    private final InstantSource clock;
    private final Consumer<JobSpan> receiver;

    /** By the identity of their headers, which the client keeps. */
    private final Map<Headers, Sent> sent = Collections.synchronizedMap(new IdentityHashMap<>());

    /** Guarded by itself. */
    private final List<Read> read = new ArrayList<>();

    private record Sent(ProducerRecord<byte[], byte[]> record, Instant at) {}

    private record Read(Ended ended, Instant recordedAt) {}

    RecordTraces(
            RecordSpans spans,
            FailedCalls failedCalls,
            InstantSource clock,
            Consumer<JobSpan> receiver) {
        this.spans = spans;
        this.failedCalls = failedCalls;
        this.clock = clock;
        this.receiver = receiver;
    }

    static @Nullable RecordTraces running(String name) {
        return RUNNING.get(name);
    }

    /** Lets interceptors find this object, until {@link #stop}. */
    void start(String name) {
        RUNNING.put(name, this);
    }

    static void stop(String name) {
        RUNNING.remove(name);
    }

    void onSend(ProducerRecord<byte[], byte[]> record) {
        if (spans.isFollowed(record)) {
            if (sent.size() >= MOST) {
                // Some were never acknowledged.
                sent.clear();
            }
            sent.put(record.headers(), new Sent(record, clock.instant()));
        } else if (!failedCalls.isEmpty()) {
            spans.endedJob(record).ifPresent(failedCalls::take);
        }
    }

    void onAcknowledged(Headers headers, boolean isWritten) {
        Sent known = sent.remove(headers);
        if (known != null && isWritten) {
            spans.spans(known.record, new Times(known.at, clock.instant())).forEach(receiver);
            spans.endedJob(known.record).ifPresent(job -> failedCalls.take(job).forEach(receiver));
        }
    }

    void onConsume(ConsumerRecords<byte[], byte[]> records) {
        for (ConsumerRecord<byte[], byte[]> record : records) {
            spans.end(record).ifPresent(it -> onRead(it, record.timestamp()));
        }
    }

    private void onRead(Ended ended, long recordedMillis) {
        synchronized (read) {
            if (read.size() < MOST) {
                read.add(new Read(ended, Instant.ofEpochMilli(recordedMillis)));
            }
        }
    }

    void onStored() {
        List<Read> stored;
        synchronized (read) {
            stored = List.copyOf(read);
            read.clear();
        }
        stored.forEach(
                it ->
                        receiver.accept(
                                spans.stored(it.ended, new Times(it.recordedAt, clock.instant()))));
    }
}
