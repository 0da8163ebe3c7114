package dev.millrace.bench.torture;

import static java.util.stream.Collectors.joining;

import dev.millrace.standalone.console.UserError;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * The runs that a page in Markdown lists between two comments: a row for each run and their sum,
 * and a row for each kind of fault. A new run is added to both tables.
 */
final class RunHistory {
    static final List<String> COLUMNS =
            List.of(
                    "minutes faults jobs lost doubled overspent re-billed uncertain seed"
                            .split(" "));
    private static final Pattern SECTION =
            Pattern.compile("(?s)(<!-- torture -->\n)(.*)(<!-- end of torture -->)");
    private static final Pattern RUN = Pattern.compile("(?m)^\\|(?: [0-9,]+ \\|){9}$");
    private static final Pattern FAULT =
            Pattern.compile("(?m)^\\| `([a-z-]+)` \\| (\\d+) \\| (\\d+\\.\\d) \\|$");

    private RunHistory() {}

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

    /**
     * Adds a run to the section of a page.
     *
     * @param run values of the columns
     * @throws UserError if the page has no section
     */
    static void add(Path page, List<Long> run, Map<String, Faults> inflicted) throws IOException {
        String text = Files.readString(page);
        Matcher section = SECTION.matcher(text);
        if (!section.find()) {
            throw UserError.usage(
                    page + " has no section <!-- torture --> … <!-- end of torture -->");
        }
        String tables = text(section.group(2), run, inflicted);
        Files.writeString(
                page, section.replaceFirst("$1" + Matcher.quoteReplacement(tables) + "$3"));
    }

    /** Returns the tables of a section with another run. */
    private static String text(String section, List<Long> run, Map<String, Faults> inflicted) {
        var sums = new ArrayList<>(Collections.nCopies(COLUMNS.size(), 0L));
        String row =
                row(
                        Stream.concat(
                                run.stream().limit(run.size() - 1L).map("%,d"::formatted),
                                Stream.of(run.getLast().toString())));
        List<String> runs =
                Stream.concat(RUN.matcher(section).results().map(it -> it.group()), Stream.of(row))
                        .toList();
        for (String each : runs) {
            String[] cells = each.replaceAll("[ ,]", "").split("\\|", -1);
            IntStream.range(0, sums.size())
                    .forEach(it -> sums.set(it, sums.get(it) + Long.parseLong(cells[it + 1])));
        }
        var faults = new TreeMap<>(inflicted);
        FAULT.matcher(section)
                .results()
                .forEach(
                        it -> {
                            int times = Integer.parseInt(it.group(2));
                            double worst = Double.parseDouble(it.group(3));
                            faults.merge(it.group(1), new Faults(times, worst), Faults::plus);
                        });
        var lines = new ArrayList<>(List.of(row(COLUMNS.stream()), "|---:".repeat(9) + "|"));
        lines.addAll(runs);
        lines.add(
                row(
                        Stream.concat(
                                sums.stream().limit(sums.size() - 1L).map("**%,d**"::formatted),
                                Stream.of("all"))));
        lines.addAll(List.of("", "| fault | times | worst recovery, s |", "|---|---:|---:|"));
        faults.forEach(
                (kind, it) ->
                        lines.add("| `%s` | %d | %.1f |".formatted(kind, it.times, it.worst)));
        return String.join("\n", lines) + "\n";
    }

    private static String row(Stream<String> cells) {
        return cells.collect(joining(" | ", "| ", " |"));
    }
}
