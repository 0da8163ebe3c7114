package dev.millrace.standalone.deadletter;

import dev.millrace.contracts.result.DeadLetter;
import dev.millrace.results.StoredDeadLetter;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Prints dead letters as human-readable text. */
final class DeadLetterText {
    private DeadLetterText() {}

    /** Returns the dead letter on one line. */
    static String line(StoredDeadLetter stored) {
        DeadLetter letter = stored.letter();
        return "%-10s %s  %-20s %s:%s  %s"
                .formatted(
                        stored.id(),
                        stored.receivedAt(),
                        letter.reason(),
                        letter.batch() == null ? "?" : printable(letter.batch()),
                        letter.line() == null ? "?" : letter.line(),
                        printable(letter.message()));
    }

    /** Returns the dead letter and its record on several lines. */
    static List<String> of(StoredDeadLetter stored) {
        DeadLetter letter = stored.letter();
        var lines = new ArrayList<String>();
        lines.add("id        " + stored.id());
        lines.add("reason    " + printable(letter.reason()));
        lines.add("message   " + printable(letter.message()));
        lines.add("received  " + stored.receivedAt());
        lines.add(
                "record    %s-%d@%d"
                        .formatted(letter.topic(), letter.partition(), letter.offset()));
        addIfKnown(lines, "tenant    ", letter.tenant());
        addIfKnown(lines, "batch     ", letter.batch());
        addIfKnown(lines, "line      ", letter.line());
        addIfKnown(lines, "job       ", letter.jobId());
        addBytes(lines, "key       ", stored.key());
        addBytes(lines, "value     ", stored.value());
        return lines;
    }

    private static void addIfKnown(List<String> lines, String name, @Nullable Object value) {
        if (value != null) {
            lines.add(name + printable(String.valueOf(value)));
        }
    }

    private static void addBytes(List<String> lines, String name, byte @Nullable [] bytes) {
        if (bytes != null) {
            lines.add(name + printable(new String(bytes, StandardCharsets.UTF_8)));
        }
    }

    /** Returns the text without control characters, which could change a terminal. */
    private static String printable(String text) {
        return text.replaceAll("[\\p{Cntrl}&&[^\\t]]", "\uFFFD");
    }
}
