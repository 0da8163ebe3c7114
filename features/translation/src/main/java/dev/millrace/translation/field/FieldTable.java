package dev.millrace.translation.field;

import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** The handling of every field of one kind of body. Immutable. */
public final class FieldTable {
    private static final Pattern ALTERNATIVES = Pattern.compile("\\[([^\\[\\]|]*\\|[^\\[\\]]*)]");

    private final String what;
    private final boolean refusesUnknown;
    private final List<FieldRow> rows;
    private final Map<String, FieldRow> byPath = new HashMap<>();
    private final Set<String> objects = new HashSet<>();
    private final Set<String> variants = new HashSet<>();

    private FieldTable(String what, boolean refusesUnknown, List<FieldRow> rows) {
        this.what = what;
        this.refusesUnknown = refusesUnknown;
        this.rows = List.copyOf(rows);
        for (FieldRow row : rows) {
            expand(row.path()).forEach(path -> add(path, row));
        }
    }

    /** Creates the table of a request: fields without a row are refused. */
    public static FieldTable ofRequest(String what, FieldRow... rows) {
        return new FieldTable(what, true, List.of(rows));
    }

    /** Creates the table of an answer: fields without a row are left out and named. */
    public static FieldTable ofAnswer(String what, FieldRow... rows) {
        return new FieldTable(what, false, List.of(rows));
    }

    private void add(String path, FieldRow row) {
        if (byPath.put(path, row) != null) {
            throw new IllegalArgumentException(path + " has two rows");
        }
        for (int end = 1; end < path.length(); end++) {
            switch (path.charAt(end)) {
                case '.' -> objects.add(path.substring(0, end));
                case '[' -> variants.add(path.substring(0, end));
                default -> {}
            }
        }
    }

    /** Returns the path for each combination of its alternatives. */
    private static Stream<String> expand(String path) {
        Matcher alternatives = ALTERNATIVES.matcher(path);
        if (!alternatives.find()) {
            return Stream.of(path);
        }
        String before = path.substring(0, alternatives.start());
        String after = path.substring(alternatives.end());
        return Pattern.compile("\\|")
                .splitAsStream(alternatives.group(1))
                .flatMap(it -> expand(before + "[" + it + "]" + after));
    }

    /** Returns all rows, in the order of the documentation. */
    public List<FieldRow> rows() {
        return rows;
    }

    Optional<FieldRow> row(String path) {
        return Optional.ofNullable(byPath.get(path));
    }

    /** Returns true if rows are about the fields of the object at the path. */
    boolean isObject(String path) {
        return objects.contains(path);
    }

    /** Returns true if a row is about the value at the path or about a part of it. */
    boolean knows(String path) {
        return byPath.containsKey(path) || objects.contains(path) || variants.contains(path);
    }

    boolean refusesUnknown() {
        return refusesUnknown;
    }

    /** Returns the subject of the table, such as {@code chat completions}. */
    String what() {
        return what;
    }
}
