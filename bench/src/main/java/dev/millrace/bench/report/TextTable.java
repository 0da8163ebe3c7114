package dev.millrace.bench.report;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** A text table with left-aligned words and right-aligned figures. */
public final class TextTable {
    private static final String GAP = "  ";

    private final int wordColumns;
    private final List<List<String>> rows = new ArrayList<>();

    /**
     * @param wordColumns number of leading columns that hold words
     */
    public TextTable(int wordColumns, String... titles) {
        this.wordColumns = wordColumns;
        addRow(titles);
    }

    /** Adds a row with as many cells as there are titles. */
    public void addRow(String... cells) {
        rows.add(List.of(cells));
    }

    /** Returns all lines, each with a line terminator. */
    @Override
    public String toString() {
        int[] widths = new int[rows.getFirst().size()];
        for (List<String> addRow : rows) {
            for (int i = 0; i < widths.length; i++) {
                widths[i] = Math.max(widths[i], addRow.get(i).length());
            }
        }
        var text = new StringBuilder();
        for (List<String> addRow : rows) {
            var cells = new String[widths.length];
            Arrays.setAll(cells, i -> padded(addRow.get(i), widths[i], i < wordColumns));
            text.append(String.join(GAP, cells).stripTrailing()).append('\n');
        }
        return text.toString();
    }

    private static String padded(String cell, int width, boolean isWord) {
        String blanks = " ".repeat(width - cell.length());
        return isWord ? cell + blanks : blanks + cell;
    }
}
