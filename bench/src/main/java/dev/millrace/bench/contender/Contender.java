package dev.millrace.bench.contender;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/** The contenders of {@code bench worker}. */
public enum Contender {
    /** Processes one record at a time: poll, call, commit. */
    PLAIN("one at a time"),

    /** Starts a virtual thread for each record and commits the lowest unfinished offset. */
    VIRTUAL("a virtual thread each"),

    /** Confluent's parallel consumer with asynchronous offset commits. */
    PARALLEL("parallel consumer"),

    /** Confluent's parallel consumer with results and offsets in transactions. */
    PARALLEL_TX("parallel consumer, transactional"),

    /** Copies each record in a transaction: the minimum cost of any exactly-once stage. */
    HOP("bare transactional hop"),

    /** Millrace's worker. */
    MILLRACE("Millrace");

    private final String title;

    Contender(String title) {
        this.title = title;
    }

    /** Returns the name in text output. */
    public String title() {
        return title;
    }

    /** Returns the name in options, files and JSON. */
    public String key() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /** Returns the contender with the given {@link #key}. */
    public static Optional<Contender> of(String key) {
        return Arrays.stream(values()).filter(it -> it.key().equals(key)).findFirst();
    }
}
