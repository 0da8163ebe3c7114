package dev.millrace.router.budget.partition;

import dev.millrace.router.entry.EntryReader;
import dev.millrace.router.entry.EntryWriter;
import java.math.BigDecimal;
import java.math.RoundingMode;

/**
 * A queue of parked jobs, without the jobs.
 *
 * @param jobs number of jobs, 1 or more
 * @param usd sum of the amounts that the jobs need
 * @param from lower bound of the position of the first job
 */
public record JobQueue(long jobs, BigDecimal usd, long from) {
    private static final byte VERSION = 1;
    private static final int TYPICAL_BYTES = 32;

    /** Returns an empty queue, to which a job must be added. */
    public static JobQueue startingAt(long from) {
        return new JobQueue(0, BigDecimal.ZERO, from);
    }

    /** Adds a job that needs the amount. */
    public JobQueue add(BigDecimal amount) {
        return new JobQueue(jobs + 1, usd.add(amount), from);
    }

    /** Removes a job that needs the amount. */
    public JobQueue remove(BigDecimal amount) {
        return new JobQueue(jobs - 1, usd.subtract(amount), from);
    }

    /** Removes a job of unknown amount; the sum stays an estimate until the queue ends. */
    public JobQueue removeUnreadable() {
        return remove(usd.divide(BigDecimal.valueOf(jobs), RoundingMode.UP));
    }

    /** Returns a copy with another lower bound of the first position. */
    public JobQueue startAt(long position) {
        return new JobQueue(jobs, usd, position);
    }

    byte[] encode() {
        return new EntryWriter(VERSION, TYPICAL_BYTES)
                .number(jobs)
                .amount(usd)
                .number(from)
                .toBytes();
    }

    static JobQueue decode(byte[] entry) {
        var in = new EntryReader(entry, VERSION, "a queue of parked jobs");
        return new JobQueue(in.number(), in.amount(), in.number());
    }
}
