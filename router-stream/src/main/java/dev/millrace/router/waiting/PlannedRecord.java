package dev.millrace.router.waiting;

import dev.millrace.contracts.header.JobCostLimit;
import dev.millrace.contracts.header.JobHeaders;
import dev.millrace.contracts.header.MillraceHeaders;
import dev.millrace.contracts.header.UnreadableHeader;
import dev.millrace.contracts.job.RequestLine;
import dev.millrace.contracts.job.RequestParser;
import dev.millrace.router.message.RoutingMessage.JobIdentity;
import dev.millrace.router.message.RoutingMessage.Origin;
import dev.millrace.router.message.RoutingMessage.PlannedJob;
import dev.millrace.router.records.OutgoingRecords;
import java.math.BigDecimal;
import java.util.function.UnaryOperator;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.streams.processor.api.Record;
import org.jspecify.annotations.Nullable;

/**
 * A planned job with its record, waiting for money, topics, or the parts of its document.
 *
 * @param key of the record; null for none
 * @param headers of the record; shared, must not be modified
 * @param timestamp of the record
 * @param sinceMillis when the job arrived, in milliseconds since the epoch
 */
public record PlannedRecord(
        PlannedJob job, byte @Nullable [] key, Headers headers, long timestamp, long sinceMillis) {
    /** Name of the stored header with the plan of a split document; no record has it. */
    private static final String SPLIT = MillraceHeaders.PREFIX + "split";

    /** Name of the stored header with the time since which the job waits. */
    private static final String SINCE = MillraceHeaders.PREFIX + "since";

    /** Creates the record of a job that arrives. */
    public static PlannedRecord of(PlannedJob job, Record<byte[], ?> entry, long nowMillis) {
        return new PlannedRecord(job, entry.key(), entry.headers(), entry.timestamp(), nowMillis);
    }

    /** Returns the record with a value for another step. */
    public <V> Record<byte[], V> withValue(V value) {
        return new Record<>(key, value, timestamp, headers);
    }

    /**
     * Returns true if the record has more headers than a job may have. Its routing rejects such a
     * job, so no money is needed, and it must not be stored.
     */
    public boolean hasTooManyHeaders() {
        return OutgoingRecords.headerBytes(OutgoingRecords.userHeaders(headers))
                > OutgoingRecords.MAX_USER_BYTES;
    }

    /**
     * Returns the highest cost of the job.
     *
     * @throws IllegalStateException if nothing limits its cost
     */
    public JobCostLimit costLimit() {
        JobCostLimit costLimit = job.headers().costLimit();
        if (costLimit == null) {
            throw new IllegalStateException("a job with an account has no highest cost");
        }
        return costLimit;
    }

    /**
     * Returns true if the job returned from a worker, for money for another attempt. A worker is
     * the one to end it.
     */
    public boolean hasReturned() {
        return job.headers().hasReturned();
    }

    /** Returns true if the job was called, and identical jobs may wait for its answer. */
    public boolean isShared() {
        return hasReturned() && job.headers().cacheKey() != null;
    }

    /** Returns a copy with another limit on its cost. */
    public PlannedRecord withCostLimit(JobCostLimit limit) {
        return with(
                it ->
                        new PlannedJob(
                                it.identity(),
                                it.origin(),
                                it.headers().withCostLimit(limit),
                                it.bytes(),
                                it.split()));
    }

    /** Returns a copy with the limit that its batch has declared; null for none. */
    public PlannedRecord withBatchLimit(@Nullable BigDecimal usd) {
        return with(
                it ->
                        new PlannedJob(
                                it.identity().withBatchLimit(usd),
                                it.origin(),
                                it.headers(),
                                it.bytes(),
                                it.split()));
    }

    /** Returns a copy with another plan. */
    public PlannedRecord with(UnaryOperator<PlannedJob> change) {
        return new PlannedRecord(change.apply(job), key, headers, timestamp, sinceMillis);
    }

    /** Returns the entry of this job. */
    public byte[] encode() {
        return toRecord().encode();
    }

    /**
     * Returns this job as a record: the request is its value, and its headers have all other facts.
     */
    public WaitingRecord toRecord() {
        Headers all = OutgoingRecords.userHeaders(headers);
        job.headers().writeTo(all);
        job.origin().writeTo(all);
        var identity = job.identity();
        MillraceHeaders.put(all, MillraceHeaders.API_KEY, identity.apiKey());
        MillraceHeaders.put(all, MillraceHeaders.BATCH_LIMIT_USD, identity.batchLimitUsd());
        MillraceHeaders.put(all, SPLIT, job.split());
        MillraceHeaders.put(all, SINCE, sinceMillis);
        if (key != null) {
            all.add(WaitingRecord.KEY, key);
        }
        return new WaitingRecord(all, job.bytes(), timestamp);
    }

    /** Reads an entry written by {@link #encode}; throws any exception for another entry. */
    public static PlannedRecord decode(byte[] entry) {
        WaitingRecord stored = WaitingRecord.decode(entry);
        Headers all = stored.headers();
        return new PlannedRecord(
                job(all, stored.value(), Origin.read(all).orElseThrow()),
                stored.key(),
                OutgoingRecords.userHeaders(all),
                stored.timestamp(),
                MillraceHeaders.number(all, SINCE).orElseThrow());
    }

    /**
     * Reads a job that returns from a worker; throws any exception for another record.
     *
     * @param origin position of the record
     */
    public static PlannedJob job(Headers all, byte[] value, Origin origin) {
        JobHeaders plan = plan(all);
        // Parses the request again, since its metadata can be as long as the request.
        RequestLine line = RequestParser.parse(value).accepted();
        return new PlannedJob(
                identity(plan, line, all),
                origin,
                plan,
                value,
                MillraceHeaders.text(all, SPLIT).orElse(null));
    }

    private static JobIdentity identity(JobHeaders plan, RequestLine line, Headers all) {
        return new JobIdentity(
                plan.jobId(),
                line.customId(),
                plan.tenant(),
                plan.batch(),
                plan.line(),
                line.options().labels(),
                MillraceHeaders.text(all, MillraceHeaders.BATCH_LIMIT_USD)
                        .map(BigDecimal::new)
                        .orElse(null),
                MillraceHeaders.text(all, MillraceHeaders.API_KEY).orElse(null),
                null);
    }

    private static JobHeaders plan(Headers headers) {
        try {
            return JobHeaders.read(headers);
        } catch (UnreadableHeader e) {
            throw new IllegalStateException("the plan of a job cannot be read", e);
        }
    }
}
