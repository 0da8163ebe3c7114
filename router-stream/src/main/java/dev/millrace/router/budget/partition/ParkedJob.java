package dev.millrace.router.budget.partition;

import dev.millrace.contracts.header.JobBudget;
import dev.millrace.contracts.header.JobHeaders;
import dev.millrace.contracts.header.UnreadableHeader;
import dev.millrace.router.entry.EntryReader;
import dev.millrace.router.entry.EntryWriter;
import dev.millrace.router.message.RoutingMessage.JobIdentity;
import dev.millrace.router.message.RoutingMessage.Origin;
import dev.millrace.router.message.RoutingMessage.PlannedJob;
import dev.millrace.router.waiting.WaitingJob;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.jspecify.annotations.Nullable;

/**
 * A planned job that needs money, with the record that it came in.
 *
 * @param key of the record; null for none
 * @param headers of the record; shared, must not be modified
 * @param timestamp of the record
 * @param sinceMillis when the job came, in milliseconds since the epoch
 */
public record ParkedJob(
        PlannedJob job, byte @Nullable [] key, Headers headers, long timestamp, long sinceMillis) {
    private static final byte VERSION = 1;
    private static final int TYPICAL_HEADER_BYTES = 1_024;

    /**
     * Returns the amount that the job may cost at most.
     *
     * @throws IllegalStateException if the plan has no such amount
     */
    BigDecimal amount() {
        JobBudget budget = job.headers().budget();
        if (budget == null) {
            throw new IllegalStateException("a job with an account has no highest cost");
        }
        return budget.reservedUsd();
    }

    WaitingJob toWaiting(String group, long sequence) {
        JobHeaders planned = job.headers();
        return new WaitingJob(
                group,
                sequence,
                planned.jobId(),
                planned.tenant(),
                planned.batch(),
                planned.submittedAt(),
                planned.deadline());
    }

    byte[] encode() {
        JobIdentity identity = job.identity();
        Origin origin = job.origin();
        BigDecimal limit = identity.batchLimitUsd();
        var plan = new RecordHeaders();
        job.headers().writeTo(plan);
        return new EntryWriter(VERSION, job.bytes().length + TYPICAL_HEADER_BYTES)
                .number(sinceMillis)
                .number(timestamp)
                .text(origin.topic())
                .count(origin.partition())
                .number(origin.offset())
                .text(identity.customId())
                .bytes(bytes(identity.metadata()))
                .bytes(bytes(limit == null ? null : limit.toPlainString()))
                .headers(plan)
                .headers(headers)
                .bytes(key)
                .bytes(job.bytes())
                .toBytes();
    }

    private static byte @Nullable [] bytes(@Nullable String text) {
        return text == null ? null : text.getBytes(StandardCharsets.UTF_8);
    }

    static ParkedJob decode(byte[] entry) {
        var in = new EntryReader(entry, VERSION, "a parked job");
        long sinceMillis = in.number();
        long timestamp = in.number();
        var origin = new Origin(in.text(), in.count(), in.number());
        String customId = in.text();
        String metadata = text(in.bytes());
        String limit = text(in.bytes());
        JobHeaders plan = plan(in.headers());
        Headers headers = in.headers();
        byte[] key = in.bytes();
        var identity =
                new JobIdentity(
                        plan.jobId(),
                        customId,
                        plan.tenant(),
                        plan.batch(),
                        plan.line(),
                        metadata,
                        limit == null ? null : new BigDecimal(limit));
        var job = new PlannedJob(identity, origin, plan, Objects.requireNonNull(in.bytes()));
        return new ParkedJob(job, key, headers, timestamp, sinceMillis);
    }

    private static @Nullable String text(byte @Nullable [] bytes) {
        return bytes == null ? null : new String(bytes, StandardCharsets.UTF_8);
    }

    private static JobHeaders plan(Headers headers) {
        try {
            return JobHeaders.read(headers);
        } catch (UnreadableHeader e) {
            throw new IllegalStateException("the plan of a parked job cannot be read", e);
        }
    }
}
