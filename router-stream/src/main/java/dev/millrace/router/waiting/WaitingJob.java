package dev.millrace.router.waiting;

import dev.millrace.contracts.header.JobHeaders;
import dev.millrace.contracts.job.JobId;
import dev.millrace.router.entry.EntryReader;
import dev.millrace.router.entry.EntryWriter;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A waiting job, without its record.
 *
 * @param group hash of what the job waits for, 64 hex digits
 * @param sequence position among the waiting jobs of the group; never reused
 * @param deadline null for none
 * @param parent its parent job; null for none
 */
public record WaitingJob(
        String group,
        long sequence,
        JobId jobId,
        String tenant,
        String batch,
        Instant submittedAt,
        @Nullable Instant deadline,
        @Nullable JobId parent) {
    private static final byte VERSION = 2;
    private static final int TYPICAL_BYTES = 128;

    /** Sorts after the deadline of every job that has one. */
    private static final long NO_DEADLINE = Long.MAX_VALUE;

    /** Later deadlines, in seconds since the epoch, do not fit into milliseconds. */
    private static final long MAX_SECONDS = Long.MAX_VALUE / 1_000 - 1;

    public static WaitingJob of(String group, long sequence, JobHeaders job) {
        return new WaitingJob(
                group,
                sequence,
                job.jobId(),
                job.tenant(),
                job.batch(),
                job.submittedAt(),
                job.deadline(),
                job.parent());
    }

    /** Returns the job whose cancellation ends this one: its parent, or the job itself. */
    JobId requestedJob() {
        return parent == null ? jobId : parent;
    }

    /** Returns a deadline for the index; none sorts last. */
    static long millis(@Nullable Instant deadline) {
        return deadline == null || deadline.getEpochSecond() > MAX_SECONDS
                ? NO_DEADLINE
                : Math.max(0, deadline.toEpochMilli());
    }

    byte[] encode() {
        return new EntryWriter(VERSION, TYPICAL_BYTES)
                .text(jobId.value())
                .text(tenant)
                .text(batch)
                .time(submittedAt)
                .optionalTime(deadline)
                .text(parent == null ? "" : parent.value())
                .toBytes();
    }

    static WaitingJob decode(String group, long sequence, byte[] entry) {
        var in = new EntryReader(entry, VERSION, "the deadline of a waiting job");
        var jobId = new JobId(in.text());
        String tenant = in.text();
        String batch = in.text();
        Instant submittedAt = in.time();
        Instant deadline = in.optionalTime();
        String parent = in.text();
        return new WaitingJob(
                group,
                sequence,
                jobId,
                tenant,
                batch,
                submittedAt,
                deadline,
                parent.isEmpty() ? null : new JobId(parent));
    }
}
