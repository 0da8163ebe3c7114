package dev.millrace.contracts.job;

import dev.millrace.contracts.job.ParseResult.Problem;
import java.util.ArrayList;
import java.util.List;

/**
 * Collects what is wrong with a line: the first problems, each cut short, since the keys and values
 * that they quote are the user's and may be megabytes.
 */
final class Problems {
    static final int MOST = 20;
    static final int MAX_CHARS = 300;

    private final List<Problem> found = new ArrayList<>();
    private int more;

    void add(String key, String expected) {
        if (found.size() < MOST) {
            found.add(new Problem(clip(key), clip(expected)));
        } else {
            more++;
        }
    }

    boolean isEmpty() {
        return found.isEmpty();
    }

    /** The problems, and how many more there were. */
    List<Problem> list() {
        if (more == 0) {
            return found;
        }
        var all = new ArrayList<>(found);
        all.add(new Problem("and", more + " more"));
        return all;
    }

    private static String clip(String text) {
        if (text.length() <= MAX_CHARS) {
            return text;
        }
        boolean splitsPair = Character.isHighSurrogate(text.charAt(MAX_CHARS - 1));
        return text.substring(0, splitsPair ? MAX_CHARS - 1 : MAX_CHARS) + "…";
    }
}
