package dev.millrace.contracts.documentation;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;

/** A Markdown table in {@code docs}, identified by the name of its first column. */
public record Table(List<List<String>> rows) {

    /** Returns the table of a page whose first column has the given name. */
    public static Table of(String page, String firstColumn) {
        return new Table(
                lines(page)
                        .dropWhile(line -> !line.startsWith("| " + firstColumn + " |"))
                        .takeWhile(line -> line.startsWith("|"))
                        .skip(2)
                        .map(Table::cells)
                        .toList());
    }

    /** Returns the first column, without backquotes. */
    public List<String> names() {
        return rows.stream().map(row -> row.getFirst().replace("`", "")).toList();
    }

    private static Stream<String> lines(String page) {
        try {
            // Tests run in the directory of their module.
            return Files.readAllLines(Path.of("..", "..", "docs", page)).stream();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static List<String> cells(String line) {
        return Arrays.stream(line.substring(1, line.length() - 1).split("\\|", -1))
                .map(String::strip)
                .toList();
    }
}
