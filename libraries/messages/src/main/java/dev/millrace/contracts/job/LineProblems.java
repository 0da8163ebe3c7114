package dev.millrace.contracts.job;

import dev.millrace.contracts.job.ParseResult.Problem;
import java.util.ArrayList;
import java.util.List;

/**
 * Collects the problems of a line. Keeps only the first problems and truncates each, because they
 * quote the user's keys and values, which can be megabytes long.
 */
final class LineProblems {
    static final int MAX_PROBLEMS = 20;
    static final int MAX_CHARS = 300;

    private final List<Problem> found = new ArrayList<>();
    private int omitted;

    void add(String key, String expected) {
        if (found.size() < MAX_PROBLEMS) {
            found.add(new Problem(truncated(key), truncated(expected)));
        } else {
            omitted++;
        }
    }

    boolean isEmpty() {
        return found.isEmpty();
    }

    /** Returns the problems, followed by the number of omitted ones if there are any. */
    List<Problem> list() {
        if (omitted == 0) {
            return found;
        }
        var all = new ArrayList<>(found);
        all.add(new Problem("and", omitted + " more"));
        return all;
    }

    private static String truncated(String text) {
        if (text.length() <= MAX_CHARS) {
            return text;
        }
        boolean splitsPair = Character.isHighSurrogate(text.charAt(MAX_CHARS - 1));
        return text.substring(0, splitsPair ? MAX_CHARS - 1 : MAX_CHARS) + "…";
    }
}
