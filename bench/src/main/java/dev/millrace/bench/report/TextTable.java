package dev.millrace.bench.report;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Lines of cells below each other: words to the left, figures to the right. */
public final class TextTable {
    private static final String GAP = "  ";

    private final int words;
    private final List<List<String>> rows = new ArrayList<>();

    /**
     * @param words how many columns, from the first on, hold words
     */
    public TextTable(int words, String... titles) {
        this.words = words;
        row(titles);
    }

    /** One more line; as many cells as there are titles. */
    public void row(String... cells) {
        rows.add(List.of(cells));
    }

    /** All lines, each with its end. */
    @Override
    public String toString() {
        int[] widths = new int[rows.getFirst().size()];
        for (List<String> row : rows) {
            for (int i = 0; i < widths.length; i++) {
                widths[i] = Math.max(widths[i], row.get(i).length());
            }
        }
        var text = new StringBuilder();
        for (List<String> row : rows) {
            var cells = new String[widths.length];
            Arrays.setAll(cells, i -> padded(row.get(i), widths[i], i < words));
            text.append(String.join(GAP, cells).stripTrailing()).append('\n');
        }
        return text.toString();
    }

    private static String padded(String cell, int width, boolean isWord) {
        String blanks = " ".repeat(width - cell.length());
        return isWord ? cell + blanks : blanks + cell;
    }
}
