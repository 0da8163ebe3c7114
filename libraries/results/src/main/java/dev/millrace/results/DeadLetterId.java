package dev.millrace.results;

import java.util.Optional;
import java.util.regex.Pattern;

/**
 * The position of a dead letter in the dead-letter topic. Its text is {@code PARTITION-OFFSET},
 * such as {@code 3-1042}.
 *
 * @param partition partition of the dead-letter topic, from 0
 * @param offset offset in that partition, from 0
 */
public record DeadLetterId(int partition, long offset) {
    private static final Pattern TEXT = Pattern.compile("(\\d{1,9})-(\\d{1,18})");

    /** Reads the text of an id; empty if it is not valid. */
    public static Optional<DeadLetterId> parse(String text) {
        return Optional.of(TEXT.matcher(text))
                .filter(it -> it.matches())
                .map(
                        it ->
                                new DeadLetterId(
                                        Integer.parseInt(it.group(1)),
                                        Long.parseLong(it.group(2))));
    }

    @Override
    public String toString() {
        return partition + "-" + offset;
    }
}
