package dev.millrace.bench.quota;

/** The parts of {@code bench quota}. */
enum QuotaPart {
    /** A configured limit, while workers join and leave. */
    WORKERS,
    /** A limit that nobody configured. */
    SEARCH,
    /** Batches until the last call. */
    BATCHES
}
