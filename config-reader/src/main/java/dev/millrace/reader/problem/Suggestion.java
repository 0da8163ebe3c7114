package dev.millrace.reader.problem;

import java.util.Collection;
import java.util.Comparator;
import java.util.Optional;

/** Suggests a known word for a misspelled one. */
public final class Suggestion {
    private Suggestion() {}

    /**
     * Returns the known word closest to the written one, if it is close enough to be a misspelling.
     */
    public static Optional<String> closest(String written, Collection<String> known) {
        return known.stream()
                .filter(word -> distance(written, word) <= tolerance(written))
                .min(
                        Comparator.<String>comparingInt(word -> distance(written, word))
                                .thenComparing(word -> word));
    }

    /** Returns {@code , did you mean …?}, or an empty string. */
    public static String hint(String written, Collection<String> known) {
        return closest(written, known).map(word -> ", did you mean " + word + "?").orElse("");
    }

    private static int tolerance(String written) {
        return written.length() < 3 ? 0 : Math.min(3, 1 + written.length() / 5);
    }

    /**
     * Returns the case-insensitive edit distance: insertions, deletions, replacements and swaps of
     * neighbours (optimal string alignment).
     */
    private static int distance(String left, String right) {
        var table = new int[left.length() + 1][right.length() + 1];
        for (var i = 0; i <= left.length(); i++) {
            for (var j = 0; j <= right.length(); j++) {
                table[i][j] = i == 0 || j == 0 ? i + j : step(table, left, right, i, j);
            }
        }
        return table[left.length()][right.length()];
    }

    private static int step(int[][] table, String left, String right, int i, int j) {
        var same = same(left, i - 1, right, j - 1);
        var least =
                Math.min(
                        table[i - 1][j - 1] + (same ? 0 : 1),
                        Math.min(table[i - 1][j], table[i][j - 1]) + 1);
        var swapped =
                i > 1
                        && j > 1
                        && same(left, i - 1, right, j - 2)
                        && same(left, i - 2, right, j - 1);
        return swapped ? Math.min(least, table[i - 2][j - 2] + 1) : least;
    }

    private static boolean same(String left, int i, String right, int j) {
        return Character.toLowerCase(left.charAt(i)) == Character.toLowerCase(right.charAt(j));
    }
}
