package dev.millrace.contracts.memory;

import static dev.millrace.contracts.Violation.require;

/**
 * The part of the heap that each service of a process plans with, and the limits that follow from
 * it where nothing is configured. Each limit has a largest value, which more heap does not raise.
 *
 * <p>The divisors leave room for copies. A request whose call runs is held as a job, as the body of
 * the call, and a third time in the simulator of the same process. A record under way is held by
 * the producer that sends it and by the broker that receives it.
 *
 * @param bytes 1 or more
 */
public record HeapShare(long bytes) {
    /** Allows every limit its largest value. */
    public static final HeapShare AMPLE = new HeapShare(Long.MAX_VALUE);

    private static final long MIB = 1L << 20;

    /**
     * Room for one call. Buffers, stacks and objects of a waiting call take about 50 KiB, the
     * simulator's included; the rest is for its request, answer and result.
     */
    private static final long BYTES_PER_CALL = 160L << 10;

    private static final int LEAST_IN_FLIGHT = 16;
    private static final int MOST_IN_FLIGHT = 2_000;
    private static final long MOST_HELD_BYTES = 256 * MIB;
    private static final long MOST_FETCH_BYTES = 16 * MIB;
    private static final long MOST_PRODUCER_BYTES = 32 * MIB;
    private static final int LEAST_BUFFERED_RECORDS = 32;
    private static final int MOST_BUFFERED_RECORDS = 500;
    private static final int MOST_POLLED_RECORDS = 1_000;

    public HeapShare {
        require(bytes >= 1, "bytes", "must be 1 or more, was " + bytes);
    }

    /**
     * Returns the share of a process: its whole heap for one part alone, a third of it for several
     * parts, which are never all at their limits at once.
     *
     * @param heapBytes largest size of the heap
     * @param parts that run in the process, broker and simulator included; 1 or more
     */
    public static HeapShare of(long heapBytes, int parts) {
        return new HeapShare(parts == 1 ? heapBytes : heapBytes / 3);
    }

    /** Returns the default of {@code worker.max_in_flight}. */
    public int maxInFlight() {
        return Math.clamp(bytes / BYTES_PER_CALL, LEAST_IN_FLIGHT, MOST_IN_FLIGHT);
    }

    /** Returns the default of {@code worker.max_held_bytes}: a quarter of the share. */
    public long maxHeldBytes() {
        return Math.clamp(bytes / 4, MIB, MOST_HELD_BYTES);
    }

    /** Returns the bytes that a consumer fetches at once: a thirty-second of the share. */
    public int fetchBytes() {
        return (int) Math.clamp(bytes / 32, MIB, MOST_FETCH_BYTES);
    }

    /**
     * Returns the bytes that a producer buffers: an eighth of the share, and room for the largest
     * record.
     */
    public long producerBytes(int largestRecord) {
        return Math.max(Math.min(bytes / 8, MOST_PRODUCER_BYTES), largestRecord);
    }

    /** Returns the records that the router buffers of one partition: one for each 2 MiB. */
    public int bufferedRecords() {
        return Math.clamp(bytes / (2 * MIB), LEAST_BUFFERED_RECORDS, MOST_BUFFERED_RECORDS);
    }

    /**
     * Returns the records of one poll of the router. The bytes of a fetch do not bound them: a
     * batch is fetched compressed.
     */
    public int polledRecords() {
        return Math.min(2 * bufferedRecords(), MOST_POLLED_RECORDS);
    }
}
