package dev.millrace.bench.torture;

import static java.util.stream.Collectors.joining;

import dev.millrace.bench.torture.OutcomeCheck.Verdict;
import dev.millrace.standalone.console.UserError;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * The runs that a page in Markdown lists between two comments: a row for each run and their sum,
 * and a row for each kind of fault. A new run is added to both tables. Pure, except for {@link
 * #add}.
 *
 * @param runs minutes, faults, jobs, lost, doubled, overspent, re-billed, uncertain and seed of
 *     each run
 * @param faults by kind
 */
record RunHistory(List<List<Long>> runs, Map<String, Faults> faults) {
    static final List<String> COLUMNS =
            List.of(
                    "minutes",
                    "faults",
                    "jobs",
                    "lost",
                    "doubled",
                    "overspent",
                    "re-billed",
                    "uncertain",
                    "seed");
    private static final Pattern SECTION =
            Pattern.compile("(?s)(<!-- torture -->\n)(.*)(<!-- end of torture -->)");
    private static final Pattern RUN = Pattern.compile("(?m)^\\|( [0-9,]+ \\|){9}$");
    private static final Pattern FAULT =
            Pattern.compile("(?m)^\\| `([a-z-]+)` \\| (\\d+) \\| (\\d+\\.\\d) \\|$");
    private static final Pattern CELL = Pattern.compile("[0-9,]+");

    /**
     * All faults of a kind.
     *
     * @param worst longest time without a result, in seconds
     */
    record Faults(int times, double worst) {
        Faults plus(Faults other) {
            return new Faults(times + other.times, Math.max(worst, other.worst));
        }
    }

    /** Reads the tables of a section; empty ones give an empty history. */
    static RunHistory read(String section) {
        List<List<Long>> runs =
                RUN.matcher(section)
                        .results()
                        .map(
                                row ->
                                        CELL.matcher(row.group())
                                                .results()
                                                .map(
                                                        it ->
                                                                Long.valueOf(
                                                                        it.group()
                                                                                .replace(",", "")))
                                                .toList())
                        .toList();
        var faults = new TreeMap<String, Faults>();
        FAULT.matcher(section)
                .results()
                .forEach(
                        it ->
                                faults.put(
                                        it.group(1),
                                        new Faults(
                                                Integer.parseInt(it.group(2)),
                                                Double.parseDouble(it.group(3)))));
        return new RunHistory(runs, faults);
    }

    /** Returns the cells of a run. */
    static List<Long> row(Torture.Options options, Verdict verdict, long faults) {
        return List.of(
                options.length().toMinutes(),
                faults,
                verdict.jobs(),
                verdict.lost(),
                verdict.doubled(),
                verdict.overspent(),
                verdict.rebilled(),
                verdict.uncertain(),
                options.seed());
    }

    /** Returns this history with a run at its end. */
    private RunHistory plus(List<Long> run, Map<String, Faults> inflicted) {
        var sums = new TreeMap<>(faults);
        inflicted.forEach((kind, it) -> sums.merge(kind, it, Faults::plus));
        return new RunHistory(Stream.concat(runs.stream(), Stream.of(run)).toList(), sums);
    }

    /** Returns both tables. */
    String text() {
        var lines = new ArrayList<String>();
        lines.add(row(COLUMNS));
        lines.add(row(COLUMNS.stream().map(_ -> "---:").toList()));
        runs.forEach(run -> lines.add(row(run.stream().map("%,d"::formatted).toList())));
        lines.add(
                row(
                        IntStream.range(0, COLUMNS.size())
                                .mapToObj(
                                        column ->
                                                column == COLUMNS.size() - 1
                                                        ? "all"
                                                        : "**%,d**".formatted(sum(column)))
                                .toList()));
        lines.addAll(List.of("", "| fault | times | worst recovery, s |", "|---|---:|---:|"));
        faults.forEach(
                (kind, it) ->
                        lines.add("| `%s` | %d | %.1f |".formatted(kind, it.times, it.worst)));
        return String.join("\n", lines) + "\n";
    }

    private long sum(int column) {
        return runs.stream().mapToLong(it -> it.get(column)).sum();
    }

    private static String row(List<String> cells) {
        return cells.stream().collect(joining(" | ", "| ", " |"));
    }

    /**
     * Adds a run to the section of a page.
     *
     * @throws UserError if the page has no section
     */
    static void add(Path page, List<Long> run, Map<String, Faults> inflicted) throws IOException {
        String text = Files.readString(page);
        Matcher section = SECTION.matcher(text);
        if (!section.find()) {
            throw UserError.usage(
                    page + " has no section <!-- torture --> … <!-- end of torture -->");
        }
        String tables = read(section.group(2)).plus(run, inflicted).text();
        Files.writeString(
                page, section.replaceFirst("$1" + Matcher.quoteReplacement(tables) + "$3"));
    }
}
