package dev.millrace.retrieval.catalog;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The awaited jobs of a partition of documents, stored with its committed offset in the transaction
 * that publishes the jobs. A successor awaits these jobs instead of publishing others.
 *
 * @param end offset after the documents whose jobs are published
 * @param attempt number of times that jobs were published again, from 0
 * @param results earliest possible offset of results in the topic of results
 */
public record PendingProgress(long end, int attempt, long results) {
    private static final Pattern TEXT = Pattern.compile("1 (\\d{1,18}) (\\d{1,9}) (\\d{1,18})");

    /** Returns the metadata of the committed offset. */
    public String text() {
        return "1 " + end + ' ' + attempt + ' ' + results;
    }

    /** Reads the metadata of a committed offset; empty if nothing is awaited. */
    public static Optional<PendingProgress> parse(String text) {
        Matcher found = TEXT.matcher(text);
        return found.matches()
                ? Optional.of(
                        new PendingProgress(
                                Long.parseLong(found.group(1)),
                                Integer.parseInt(found.group(2)),
                                Long.parseLong(found.group(3))))
                : Optional.empty();
    }
}
