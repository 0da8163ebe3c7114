package dev.millrace.router.documents;

import dev.millrace.contracts.job.JobId;
import dev.millrace.router.entry.EntryReader;
import dev.millrace.router.entry.EntryWriter;
import java.math.BigDecimal;

/**
 * A part that has been sent and has not ended.
 *
 * @param level 0 for a part of the document, otherwise the number of the level that joins answers
 * @param index position within the level, from 0
 * @param model catalog name of the first model of its chain
 * @param reservedUsd its highest cost; 0 if nothing limits the cost
 * @param attemptUsd highest cost of one attempt; 0 if nothing limits the cost
 * @param sentMillis when it was sent, in milliseconds since the epoch
 */
record RunningPart(
        JobId parent,
        int level,
        int index,
        String model,
        BigDecimal reservedUsd,
        BigDecimal attemptUsd,
        long sentMillis) {
    private static final byte VERSION = 1;
    private static final int TYPICAL_BYTES = 128;
    private static final int UNKNOWN_LEVEL = -1;

    /**
     * Returns the replacement for an unreadable entry. Only the report of the part's end names its
     * parent.
     *
     * @param foundMillis time of this discovery, after the part was sent
     */
    static RunningPart unknown(JobId part, long foundMillis) {
        return new RunningPart(
                part, UNKNOWN_LEVEL, 0, "", BigDecimal.ZERO, BigDecimal.ZERO, foundMillis);
    }

    /** Returns true if the entry of the part could not be read; only its time has a meaning. */
    boolean isUnknown() {
        return level == UNKNOWN_LEVEL;
    }

    /**
     * Returns an upper bound of this part's cost: the known cost, plus the highest cost of each
     * earlier attempt, whose events are unknown here. At most the part's reservation, unless the
     * known cost is higher.
     *
     * @param attempts number of calls made for the part
     * @param knownUsd known cost of the part
     */
    BigDecimal spentUsd(int attempts, BigDecimal knownUsd) {
        return knownUsd.add(attemptUsd.multiply(BigDecimal.valueOf(Math.max(0, attempts - 1))))
                .min(reservedUsd)
                .max(knownUsd);
    }

    byte[] encode() {
        return new EntryWriter(VERSION, TYPICAL_BYTES)
                .text(parent.value())
                .count(level)
                .count(index)
                .text(model)
                .amount(reservedUsd)
                .amount(attemptUsd)
                .number(sentMillis)
                .toBytes();
    }

    /**
     * Reads an entry written by {@link #encode}.
     *
     * @throws RuntimeException if the entry cannot be read
     */
    static RunningPart decode(byte[] entry) {
        var in = new EntryReader(entry, VERSION, "a running part");
        return new RunningPart(
                new JobId(in.text()),
                in.count(),
                in.count(),
                in.text(),
                in.amount(),
                in.amount(),
                in.number());
    }
}
