package dev.millrace.quota.simulation;

import dev.millrace.quota.QuotaRecord;
import dev.millrace.quota.QuotaRecordCodec;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;
import java.util.SplittableRandom;

/**
 * A partition of the quota topic. Records are appended after a delay, so their order can change.
 * Some records are lost, others are appended twice. All readers read the records in one order.
 * Times are true times in nanoseconds.
 */
final class SimulatedLog {
    private static final long MILLI = 1_000_000;

    /** Age of the oldest records that a new participant reads. */
    static final Duration HISTORY = Duration.ofSeconds(75);

    private final SplittableRandom random;
    private final PriorityQueue<Entry> sent =
            new PriorityQueue<>(Comparator.comparingLong(Entry::nanos));
    private final List<Entry> entries = new ArrayList<>();
    private boolean isFaulty;

    /**
     * @param nanos true time at which the record is appended
     */
    record Entry(byte[] bytes, long nanos) {
        QuotaRecord decoded() {
            return QuotaRecordCodec.decode(bytes).orElseThrow();
        }

        long brokerMillis() {
            return nanos / MILLI;
        }
    }

    SimulatedLog(SplittableRandom random) {
        this.random = random;
    }

    void setFaulty(boolean faulty) {
        isFaulty = faulty;
    }

    void send(QuotaRecord quotaRecord, long nanos) {
        byte[] bytes = QuotaRecordCodec.encode(quotaRecord);
        if (isFaulty && random.nextInt(20) == 0) {
            return;
        }
        sent.add(new Entry(bytes, nanos + delay()));
        if (isFaulty && random.nextInt(20) == 0) {
            sent.add(new Entry(bytes, nanos + delay()));
        }
    }

    private long delay() {
        return isFaulty && random.nextInt(10) == 0
                ? random.nextLong(5_000 * MILLI)
                : random.nextLong(2 * MILLI, 10 * MILLI);
    }

    void append(long nanos) {
        while (!sent.isEmpty() && sent.element().nanos <= nanos) {
            entries.add(sent.remove());
        }
    }

    /** Returns the offset of the first record that a new participant reads. */
    int start(long nanos) {
        int start = entries.size();
        while (start > 0 && nanos - entries.get(start - 1).nanos < HISTORY.toNanos()) {
            start--;
        }
        return start;
    }

    int size() {
        return entries.size();
    }

    Entry entry(int offset) {
        return entries.get(offset);
    }
}
