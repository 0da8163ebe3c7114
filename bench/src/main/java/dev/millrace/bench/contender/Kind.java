package dev.millrace.bench.contender;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/** Who is compared. */
public enum Kind {
    /** Takes one record after the other: poll, call, commit. */
    PLAIN("one at a time"),

    /** A virtual thread for each record, and offsets committed below the lowest unfinished one. */
    VIRTUAL("a virtual thread each"),

    /** Confluent's parallel consumer, committing offsets asynchronously. */
    PARALLEL("parallel consumer"),

    /** Confluent's parallel consumer, results and offsets in transactions. */
    PARALLEL_TX("parallel consumer, transactional"),

    /** Copies each record in a transaction: the least that any exactly-once stage takes. */
    HOP("bare transactional hop"),

    /** Millrace's worker. */
    MILLRACE("Millrace");

    private final String title;

    Kind(String title) {
        this.title = title;
    }

    /** For a person. */
    public String title() {
        return title;
    }

    /** For options and files. */
    public String word() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /** The one of that {@link #word}. */
    public static Optional<Kind> of(String word) {
        return Arrays.stream(values()).filter(it -> it.word().equals(word)).findFirst();
    }
}
