package dev.millrace.bench.contender;

import java.util.Locale;

/** The contenders of {@code bench worker}. */
public enum Contender {
    /** Starts a virtual thread for each record and commits the lowest unfinished offset. */
    VIRTUAL("a virtual thread each"),
    /**
     * Starts a virtual thread for each record of a share group (KIP-932) with a member for each
     * partition. Permits that the members share bound the jobs in flight, and each member polls
     * about its part of them. The broker's limit, 2,000 locked records of a partition, is not
     * reached.
     */
    SHARE("share group"),
    /** Confluent's parallel consumer with asynchronous offset commits. */
    PARALLEL("parallel consumer"),
    /** Confluent's parallel consumer with results and offsets in transactions. */
    PARALLEL_TX("parallel consumer, transactional"),
    /** Copies each record in a transaction: the minimum cost of any exactly-once stage. */
    HOP("bare transactional hop"),
    /** Millrace's worker. */
    MILLRACE("Millrace"),
    /** Millrace's worker with limits that it never reaches. */
    LIMITED("Millrace with limits");

    private final String title;

    Contender(String title) {
        this.title = title;
    }

    /** Returns the name in text output. */
    public String title() {
        return title;
    }

    /** Returns the name in options, files and topics. */
    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /** Returns true if this is Millrace, which must produce exactly one result for each job. */
    public boolean isMillrace() {
        return this == MILLRACE || this == LIMITED;
    }
}
