package dev.millrace.standalone.control;

import java.util.ArrayList;
import java.util.List;

/** Compares two texts line by line, by their longest common subsequence. */
final class TextDiff {
    private final List<String> before;
    private final List<String> after;

    /** Length of the longest common subsequence of both texts from the given lines on. */
    private final int[][] common;

    private TextDiff(List<String> before, List<String> after) {
        this.before = before;
        this.after = after;
        common = new int[before.size() + 1][after.size() + 1];
        for (var i = before.size() - 1; i >= 0; i--) {
            for (var j = after.size() - 1; j >= 0; j--) {
                common[i][j] =
                        before.get(i).equals(after.get(j))
                                ? common[i + 1][j + 1] + 1
                                : Math.max(common[i + 1][j], common[i][j + 1]);
            }
        }
    }

    /**
     * Returns the differing lines: removed lines start with {@code - }, added lines with {@code +
     * }.
     */
    static List<String> of(String before, String after) {
        return new TextDiff(before.lines().toList(), after.lines().toList()).lines();
    }

    private List<String> lines() {
        var lines = new ArrayList<String>();
        var i = 0;
        var j = 0;
        while (i < before.size() || j < after.size()) {
            if (i < before.size() && j < after.size() && before.get(i).equals(after.get(j))) {
                i++;
                j++;
            } else if (j == after.size()
                    || (i < before.size() && common[i + 1][j] >= common[i][j + 1])) {
                lines.add("- " + before.get(i++));
            } else {
                lines.add("+ " + after.get(j++));
            }
        }
        return lines;
    }
}
