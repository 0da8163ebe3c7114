package dev.millrace.contracts.result;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.millrace.contracts.header.MillraceHeaders;
import dev.millrace.contracts.job.JobId;
import dev.millrace.contracts.topic.Topics;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntSupplier;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.jspecify.annotations.Nullable;

/**
 * Makes the records of ended jobs, for workers and routers alike:
 *
 * <pre>
 * a job of a request ──► its result or dead letter, and its final cost event
 * a part of a job ─────► its report to its parent, and its cost as a cost of the parent
 * a job with a key ────► also its answer, for the jobs of the same cache key
 * </pre>
 *
 * All records of one job must be written in one transaction. They name the partition of the job's
 * request; the sender checks whether the topic has that partition. Only the answer goes to the
 * partition of its namespace, or else of its cache key. Used by any thread.
 */
public final class EndWriter {
    private final Topics topics;
    private final IntSupplier maxResultBytes;

    /**
     * Creates the writer of one pipeline.
     *
     * @param maxResultBytes current maximum length of a value in the results topic
     */
    public EndWriter(Topics topics, IntSupplier maxResultBytes) {
        this.topics = topics;
        this.maxResultBytes = maxResultBytes;
    }

    /**
     * The records of an ended job.
     *
     * @param ending how it ended: with an error if the answer was too large for the results topic
     */
    public record Written(JobEnding ending, List<ProducerRecord<byte[], byte[]>> records) {}

    /**
     * Returns the records of an ended job. An error replaces a result above the maximum length,
     * which the broker would reject each time. If metadata and passages make the error too long,
     * they are left out.
     */
    public Written write(JobEnding ending) {
        return ending instanceof JobEnding.Settled settled
                ? writeResult(settled)
                : written(ending, null);
    }

    private Written writeResult(JobEnding.Settled settled) {
        byte[] result = settled.result().toJson();
        int limit = maxResultBytes.getAsInt();
        if (result.length <= limit) {
            return written(settled, result);
        }
        JobEnding.Settled failed = settled.tooLarge(result.length, limit);
        byte[] error = failed.result().toJson();
        return error.length <= limit
                ? written(failed, error)
                : written(failed, failed.withoutExtras().result().toJson());
    }

    private Written written(JobEnding ending, byte @Nullable [] result) {
        EndReceivers receivers = ending.job().receivers();
        Integer partition = receivers.requestPartition();
        CostEvent last = ending.costEvent();
        var written = new ArrayList<ProducerRecord<byte[], byte[]>>();
        if (receivers.parent() != null) {
            var reply = new PartReply(receivers.parent(), result, last);
            written.add(
                    new ProducerRecord<>(
                            topics.parts(), partition, reply.key(), result, reply.headers()));
        } else if (ending instanceof JobEnding.Unreadable unreadable) {
            written.add(deadLetter(unreadable.letter()));
        } else {
            written.add(record(topics.results(), receivers, last.jobId(), result));
        }
        if (receivers.cacheKey() != null) {
            written.add(
                    answer(receivers.cacheKey(), receivers.cacheNamespace(), last.jobId(), result));
        }
        if (receivers.parent() == null || last.kind() != CostKind.NONE) {
            written.add(cost(receivers, last));
        }
        return new Written(ending, written);
    }

    /**
     * Returns the record of one cost event of a job. The cost of a part is a cost of its parent.
     */
    public ProducerRecord<byte[], byte[]> cost(EndReceivers receivers, CostEvent event) {
        CostEvent charged = receivers.parent() == null ? event : event.asCostOf(receivers.parent());
        return record(topics.costs(), receivers, charged.jobId(), CostEventCodec.toJson(charged));
    }

    /** Returns the record of a dead letter that ends no job. */
    public ProducerRecord<byte[], byte[]> deadLetter(BuriedRecord letter) {
        return new ProducerRecord<>(
                topics.deadLetters(), null, letter.key(), letter.value(), letter.headers());
    }

    /**
     * Returns the record that reports to the jobs with a job's cache key that it has ended, or that
     * they must not wait for it. The key selects the partition, as in the router.
     *
     * @param namespace of the cache key, which then selects the partition; null for none
     * @param result the job's result; null if it has none
     */
    public ProducerRecord<byte[], byte[]> answer(
            String cacheKey, @Nullable String namespace, JobId job, byte @Nullable [] result) {
        var headers = schema();
        MillraceHeaders.put(headers, MillraceHeaders.JOB_ID, job);
        if (namespace != null) {
            MillraceHeaders.put(headers, MillraceHeaders.CACHE_KEY, cacheKey);
        }
        String key = namespace == null ? cacheKey : namespace;
        return new ProducerRecord<>(topics.answers(), null, key.getBytes(UTF_8), result, headers);
    }

    /** Addresses the record to the partition of the job's request, for the router of the job. */
    private static ProducerRecord<byte[], byte[]> record(
            String topic, EndReceivers receivers, JobId job, byte @Nullable [] value) {
        byte[] key = job.value().getBytes(UTF_8);
        var headers = schema();
        MillraceHeaders.put(headers, MillraceHeaders.TRACEPARENT, receivers.traceparent());
        return new ProducerRecord<>(topic, receivers.requestPartition(), key, value, headers);
    }

    private static RecordHeaders schema() {
        var headers = new RecordHeaders();
        MillraceHeaders.put(headers, MillraceHeaders.SCHEMA, MillraceHeaders.SCHEMA_VERSION);
        return headers;
    }
}
