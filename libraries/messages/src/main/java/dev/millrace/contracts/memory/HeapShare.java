package dev.millrace.contracts.memory;

import static dev.millrace.yaml.problem.Violation.require;

/**
 * The share of the heap that each service of a process may use, and the default limits derived from
 * it. Each limit has a maximum that a larger heap does not raise.
 *
 * <p>The divisors leave room for copies. The request of a running call is held as a job, as the
 * body of the call, and a third time by a simulator in this process. A record in transit is held by
 * the sending producer and by the receiving broker.
 *
 * @param bytes size of the share, 1 or more
 */
public record HeapShare(long bytes) {
    /** A share that sets every limit to its maximum. */
    public static final HeapShare AMPLE = new HeapShare(Long.MAX_VALUE);

    private static final long MIB = 1L << 20;

    /**
     * Memory planned for one call. Buffers, stacks and objects of a waiting call take about 50 KiB,
     * including the simulator; the rest is for its request, answer and result, and for the
     * overdraft, which adds at most half as many calls.
     */
    private static final long BYTES_PER_CALL = 160L << 10;

    private static final int MIN_IN_FLIGHT = 16;
    private static final int MAX_IN_FLIGHT = 2_000;
    private static final long MAX_HELD_BYTES = 256 * MIB;
    private static final long MAX_FETCH_BYTES = 16 * MIB;
    private static final long MAX_PRODUCER_BYTES = 32 * MIB;
    private static final int MIN_BUFFERED_RECORDS = 32;
    private static final int MAX_BUFFERED_RECORDS = 500;
    private static final int MAX_POLLED_RECORDS = 1_000;

    public HeapShare {
        require(bytes >= 1, "bytes", "must be 1 or more, was " + bytes);
    }

    /**
     * Returns the share of each part of a process: the whole heap for a single part, a third of the
     * heap for several parts, because these never reach all their limits at once.
     *
     * @param heapBytes largest size of the heap
     * @param parts services that run in the process, including broker and simulator; 1 or more
     */
    public static HeapShare of(long heapBytes, int parts) {
        return new HeapShare(parts == 1 ? heapBytes : heapBytes / 3);
    }

    /** Returns the default of {@code worker.max_in_flight}. */
    public int maxInFlight() {
        return (int) clamp(bytes / BYTES_PER_CALL, MIN_IN_FLIGHT, MAX_IN_FLIGHT);
    }

    /** Returns the default of {@code worker.max_held_bytes}: a quarter of the share. */
    public long maxHeldBytes() {
        return clamp(bytes / 4, MIB, MAX_HELD_BYTES);
    }

    /** Returns the maximum bytes of one consumer fetch: 1/32 of the share. */
    public int fetchBytes() {
        return (int) clamp(bytes / 32, MIB, MAX_FETCH_BYTES);
    }

    /**
     * Returns the buffer size of a producer: an eighth of the share, but at least the size of the
     * largest record.
     */
    public long producerBytes(int largestRecord) {
        return Math.max(Math.min(bytes / 8, MAX_PRODUCER_BYTES), largestRecord);
    }

    /** Returns the number of records that the router buffers per partition: one for each 2 MiB. */
    public int bufferedRecords() {
        return (int) clamp(bytes / (2 * MIB), MIN_BUFFERED_RECORDS, MAX_BUFFERED_RECORDS);
    }

    /**
     * Returns the maximum number of records in one poll of the router. The fetch size does not
     * bound them, because batches are fetched compressed.
     */
    public int polledRecords() {
        return Math.min(2 * bufferedRecords(), MAX_POLLED_RECORDS);
    }

    /** Like {@code Math.clamp} of Java 21. */
    private static long clamp(long value, long min, long max) {
        return Math.max(min, Math.min(value, max));
    }
}
