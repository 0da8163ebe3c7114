package dev.millrace.standalone.audit.log;

import dev.millrace.contracts.usage.CountTable;
import dev.millrace.standalone.console.UserError;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.function.IntPredicate;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * Reads a table with a header, whose fields are separated by commas, semicolons, tabs or bars. A
 * row becomes an object with the names of the header; a dot in a name means an inner object.
 */
final class TableReader implements LogReader {
    private static final String SEPARATORS = ",;\t|";

    /** Columns that may hold an object with counts. */
    private static final Set<String> OBJECTS =
            Set.of("usage", "usage_details", "usagedetails", "metadata", "response");

    /** Lines that psql prints between the header and the rows, and below the rows. */
    private static final Pattern RULE = Pattern.compile("[-+:=\\s]*");

    private static final Pattern FOOTER = Pattern.compile("\\(\\d+ rows?\\)");

    /** Labels of total rows in spreadsheets, alone or after the name of the summed group. */
    private static final Pattern TOTAL =
            Pattern.compile(
                    "(?i)^(?:.+\\s)?(?:grand[\\s_-]?total|sub[\\s_-]?totals?|totals?|sum|overall"
                            + "|summe|gesamt(?:ergebnis)?)\\s*:?");

    /** Columns by whose values rows are added up. */
    private static final Pattern GROUPING = Pattern.compile("(?i)model|date|day|time");

    /** Line of Excel that names the separator. */
    private static final Pattern SEPARATOR = Pattern.compile("(?i)\uFEFF?\"?sep=.\"?");

    private static final int MAX_SHOWN_COLUMNS = 20;
    private static final int MAX_SHOWN_CHARS = 40;

    private static final JsonMapper JSON = new JsonMapper();

    private final RowReader rows;
    private final LogLineParser parser = new LogLineParser();
    private final List<String> header;
    private final boolean hasDecimalCommas;

    private TableReader(RowReader rows, List<String> header, boolean hasDecimalCommas) {
        this.rows = rows;
        this.header = header;
        this.hasDecimalCommas = hasDecimalCommas;
    }

    /** Returns true if a line cannot be the header of a table. */
    static boolean isNone(String line) {
        return SEPARATORS.chars().noneMatch(it -> line.indexOf(it) >= 0)
                || (!Character.isLetter(line.charAt(0))
                        && (SEPARATORS + '"').indexOf(line.charAt(0)) < 0);
    }

    /**
     * Opens a table.
     *
     * @throws UserError if no column of the header has token counts, or two columns have one name
     */
    static TableReader open(String name, InputStream in) throws IOException {
        var reader = new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8));
        reader.mark(SNIFFED_BYTES);
        String first = reader.readLine();
        while (first != null && isBeforeHeader(first)) {
            reader.mark(SNIFFED_BYTES);
            first = reader.readLine();
        }
        reader.reset();
        if (first != null && first.startsWith("\uFEFF")) {
            var _ = reader.skip(1);
        }
        char separator = separator(first == null ? "" : first);
        var rows = new RowReader(reader, separator);
        List<String> header = header(rows);
        requireCounts(name, header);
        return new TableReader(rows, header, separator == ';');
    }

    private static boolean isBeforeHeader(String line) {
        return line.replace("\uFEFF", "").isBlank() || SEPARATOR.matcher(line).matches();
    }

    private static List<String> header(RowReader rows) throws IOException {
        List<String> fields = rows.next();
        return fields == null ? List.of() : fields.stream().map(String::strip).toList();
    }

    private static char separator(String header) {
        return (char)
                SEPARATORS
                        .chars()
                        .reduce((best, it) -> count(header, it) > count(header, best) ? it : best)
                        .orElse(',');
    }

    private static long count(String text, int separator) {
        return text.chars().filter(it -> it == separator).count();
    }

    private static void requireCounts(String name, List<String> header) {
        boolean hasCounts =
                header.stream()
                        .anyMatch(
                                it -> isCount(it) || OBJECTS.contains(it.toLowerCase(Locale.ROOT)));
        if (!hasCounts) {
            String columns =
                    header.stream()
                            .limit(MAX_SHOWN_COLUMNS)
                            .map(it -> it.substring(0, Math.min(it.length(), MAX_SHOWN_CHARS)))
                            .collect(Collectors.joining(", "));
            throw UserError.failure(
                    name
                            + " is a table without a column of token counts, such as input_tokens;"
                            + " its columns are "
                            + columns);
        }
        var seen = new HashSet<String>();
        for (String column : header) {
            if (!column.isEmpty() && !seen.add(column)) {
                throw UserError.failure(name + " has two columns with the name " + column);
            }
        }
    }

    private static boolean isCount(String column) {
        String inner = column.substring(column.indexOf('.') + 1);
        return CountTable.find(column).or(() -> CountTable.find(inner)).isPresent();
    }

    @Override
    public @Nullable LogEntry next() throws IOException {
        List<String> row = rows.next();
        while (row != null && isDecoration(row)) {
            row = rows.next();
        }
        if (row == null) {
            return null;
        }
        if (rows.isTooLarge()) {
            return LogEntry.unreadable(rows.number(), TOO_LARGE);
        }
        int fields = row.size();
        boolean hasMore = IntStream.range(0, fields).anyMatch(hasValueBeyondHeader(row));
        if (hasMore || fields < header.size()) {
            return LogEntry.unreadable(
                    rows.number(),
                    "has " + fields + " fields, but the header has " + header.size());
        }
        LogLine content =
                isTotal(row) ? new LogLine.NotBilled("rows of totals") : parser.parse(object(row));
        return new LogEntry(rows.number(), List.of(content));
    }

    /** Returns true for a repeated header, and a row without values. */
    private boolean isDecoration(List<String> row) {
        return row.stream().allMatch(it -> RULE.matcher(it).matches())
                || row.stream().map(String::strip).toList().equals(header)
                || (row.size() == 1 && FOOTER.matcher(row.getFirst().strip()).matches());
    }

    /** Returns true for a total row, which would count other rows twice. */
    private boolean isTotal(List<String> row) {
        String label = row.stream().filter(it -> !it.isBlank()).findFirst().orElse("");
        return TOTAL.matcher(label.strip()).matches()
                || IntStream.range(0, header.size())
                        .filter(i -> GROUPING.matcher(header.get(i)).find())
                        .anyMatch(i -> TOTAL.matcher(row.get(i).strip()).matches());
    }

    private IntPredicate hasValueBeyondHeader(List<String> row) {
        return i -> i >= header.size() && !row.get(i).isBlank();
    }

    private ObjectNode object(List<String> row) {
        ObjectNode object = JSON.createObjectNode();
        for (int i = 0; i < header.size(); i++) {
            String column = header.get(i);
            String value = row.get(i).strip();
            if (!column.isEmpty() && !value.isEmpty()) {
                put(object, column, isCount(column) ? count(value) : value);
            }
        }
        return object;
    }

    private String count(String value) {
        return NumberText.count(value, hasDecimalCommas);
    }

    private static void put(ObjectNode object, String column, String value) {
        int dot = column.indexOf('.');
        JsonNode known = dot <= 0 ? null : object.path(column.substring(0, dot));
        if (known == null || (!known.isMissingNode() && !known.isObject())) {
            object.put(column, value);
        } else {
            put(
                    object.withObjectProperty(column.substring(0, dot)),
                    column.substring(dot + 1),
                    value);
        }
    }

    @Override
    public void close() throws IOException {
        rows.close();
    }
}
