package dev.millrace.bench.measurement;

import java.math.BigDecimal;
import java.math.MathContext;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** The figures of a measurement. Text and JSON have the same tables and columns. */
public final class Report {
    private static final String NOT_MEASURED = "-";
    private static final String GAP = "  ";

    /** Measurements are not precise enough for more digits. */
    private static final MathContext DIGITS = new MathContext(5);

    private static final double NO_DECIMALS = 100;
    private static final double ONE_DECIMAL = 10;

    private final Map<String, Table> tables = new LinkedHashMap<>();
    private final Table targets =
            new Table(List.of("target", "measured", "at least", "at most", "met"));
    private final List<String> problems = new ArrayList<>();
    private final List<String> remarks = new ArrayList<>();

    /** Rows of figures below their names. */
    public static final class Table {
        private final List<String> columns;
        private final List<List<@Nullable Object>> rows = new ArrayList<>();

        private Table(List<String> columns) {
            this.columns = columns;
        }

        /**
         * Adds a row with a cell for each column.
         *
         * @param cells texts and numbers; null for what was not measured
         */
        public void row(@Nullable Object... cells) {
            if (cells.length != columns.size()) {
                throw new IllegalArgumentException("a row needs " + columns.size() + " cells");
            }
            rows.add(Arrays.asList(cells));
        }

        /** Returns all lines; texts begin and numbers end in their column. */
        private String text() {
            List<List<String>> cells = new ArrayList<>();
            cells.add(columns);
            rows.forEach(row -> cells.add(row.stream().map(Report::format).toList()));
            var text = new StringBuilder();
            for (List<String> line : cells) {
                var padded = new StringBuilder();
                for (int i = 0; i < columns.size(); i++) {
                    int column = i;
                    int width =
                            cells.stream().mapToInt(it -> it.get(column).length()).max().orElse(0);
                    String blanks = " ".repeat(width - line.get(i).length());
                    boolean isText = rows.stream().anyMatch(it -> it.get(column) instanceof String);
                    padded.append(i == 0 ? "" : GAP)
                            .append(isText ? line.get(i) + blanks : blanks + line.get(i));
                }
                text.append(padded.toString().stripTrailing()).append('\n');
            }
            return text.toString();
        }
    }

    /** Returns the table with a name, which gets the given columns if it is new. */
    public Table table(String name, String... columns) {
        return tables.computeIfAbsent(name, _ -> new Table(List.of(columns)));
    }

    /** Adds a target that is met by at least the given value. */
    public void atLeast(double bound, String metric, double measured) {
        targets.row(metric, measured, bound, null, measured >= bound ? "yes" : "no");
    }

    /** Adds a target that is met by at most the given value. */
    public void atMost(double bound, String metric, double measured) {
        targets.row(metric, measured, null, bound, measured <= bound ? "yes" : "no");
    }

    /** Adds a broken guarantee, which changes the exit code. */
    public void problem(String problem) {
        problems.add(problem);
    }

    /** Adds a line that does not change the exit code. */
    public void remark(String remark) {
        remarks.add(remark);
    }

    /** Returns true when every guarantee was kept; missed targets do not matter. */
    public boolean isGood() {
        return problems.isEmpty();
    }

    /** Returns the broken guarantees. */
    public List<String> problems() {
        return List.copyOf(problems);
    }

    private Map<String, Table> all() {
        var all = new LinkedHashMap<>(tables);
        all.put("targets", targets);
        all.values().removeIf(it -> it.rows.isEmpty());
        return all;
    }

    /** Returns the report as text. */
    public String text() {
        var text = new StringBuilder();
        all().forEach(
                        (name, it) ->
                                text.append(name).append("\n\n").append(it.text()).append('\n'));
        remarks.forEach(it -> text.append(it).append('\n'));
        problems.forEach(it -> text.append("PROBLEM ").append(it).append('\n'));
        return text.toString();
    }

    private static String format(@Nullable Object cell) {
        return switch (cell) {
            case null -> NOT_MEASURED;
            case Double it -> String.format(Locale.ROOT, "%,." + decimals(it) + "f", it);
            case Number it -> String.format(Locale.ROOT, "%,d", it.longValue());
            default -> cell.toString();
        };
    }

    private static int decimals(double value) {
        double size = Math.abs(value);
        if (size >= NO_DECIMALS) {
            return 0;
        }
        return size >= ONE_DECIMAL ? 1 : 2;
    }

    /** Returns the report as one JSON object; what was not measured is null. */
    public String json() {
        ObjectNode node = new JsonMapper().createObjectNode();
        all().forEach(
                        (name, table) -> {
                            var rows = node.putArray(name);
                            for (List<@Nullable Object> row : table.rows) {
                                put(rows.addObject(), table.columns, row);
                            }
                        });
        remarks.forEach(node.putArray("remarks")::add);
        problems.forEach(node.putArray("problems")::add);
        return node.put("good", isGood()).toString();
    }

    private static void put(ObjectNode node, List<String> columns, List<@Nullable Object> cells) {
        for (int i = 0; i < cells.size(); i++) {
            switch (cells.get(i)) {
                case null -> node.putNull(columns.get(i));
                case Double it -> node.put(columns.get(i), new BigDecimal(it).round(DIGITS));
                case Number it -> node.put(columns.get(i), it.longValue());
                case Object it -> node.put(columns.get(i), it.toString());
            }
        }
    }
}
