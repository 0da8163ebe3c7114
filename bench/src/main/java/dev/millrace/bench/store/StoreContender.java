package dev.millrace.bench.store;

/** A program that stores results and cost events. */
public enum StoreContender {
    /** The sink, unchanged. */
    SINK("sink", "sink"),
    /** Upserts of the bytes that the sink stores, compressed beforehand if they are large. */
    UPSERT("upsert", "bare upsert"),
    /** Upserts of uncompressed results. */
    UPSERT_UNCOMPRESSED("upsert-uncompressed", "bare upsert, not compressed");

    /** Smaller results are not compressed. */
    public static final int MIN_COMPRESSED_BYTES = 2_048;

    private final String key;
    private final String title;

    StoreContender(String key, String title) {
        this.key = key;
        this.title = title;
    }

    /** Returns the name in JSON and in the names of files. */
    public String key() {
        return key;
    }

    /** Returns the name for people. */
    public String title() {
        return title;
    }

    /** Returns the program that stores in this way. */
    public Class<?> program() {
        return this == SINK ? SinkProgram.class : UpsertProgram.class;
    }

    /** Returns true if the contender differs from the others for results of this size. */
    public boolean isFor(int resultBytes) {
        return this != UPSERT_UNCOMPRESSED || resultBytes >= MIN_COMPRESSED_BYTES;
    }
}
