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
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The runs that a page in Markdown lists between two comments: a row for each run and their sum,
 * and a row for each kind of fault. A new run is added to both tables.
 */
final class PublishedRuns {
    static final List<String> COLUMNS =
            List.of(
                    "minutes faults jobs lost doubled overspent re-billed uncertain seed"
                            .split(" "));
    private static final Pattern SECTION =
            Pattern.compile("(?s)(<!-- torture -->\n)(.*)(<!-- end of torture -->)");
    private static final Pattern RUN = Pattern.compile("(?m)^\\|(?: [0-9,]+ \\|){9}$");
    private static final Pattern FAULT =
            Pattern.compile("(?m)^\\| `([a-z-]+)` \\| (\\d+) \\| (\\d+\\.\\d) \\|$");

    private PublishedRuns() {}

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
        List<String> runs = new ArrayList<>();
        RUN.matcher(section).results().forEach(it -> runs.add(it.group()));
        runs.add(row("%,d", run, run.getLast()));
        var sums = new ArrayList<>(Collections.nCopies(COLUMNS.size(), 0L));
        for (String each : runs) {
            String[] cells = each.replaceAll("[ ,]", "").split("\\|", -1);
            for (int i = 0; i < sums.size(); i++) {
                sums.set(i, sums.get(i) + Long.parseLong(cells[i + 1]));
            }
        }
        var faults = new TreeMap<>(inflicted);
        for (MatchResult it : FAULT.matcher(section).results().toList()) {
            int times = Integer.parseInt(it.group(2));
            double worst = Double.parseDouble(it.group(3));
            faults.merge(it.group(1), new Faults(times, worst), Faults::plus);
        }
        List<String> lines = new ArrayList<>();
        lines.add("| " + String.join(" | ", COLUMNS) + " |");
        lines.add("|---:".repeat(COLUMNS.size()) + "|");
        lines.addAll(runs);
        lines.add(row("**%,d**", sums, "all"));
        lines.addAll(List.of("", "| fault | times | worst recovery, s |", "|---|---:|---:|"));
        faults.forEach(
                (kind, it) ->
                        lines.add("| `%s` | %d | %.1f |".formatted(kind, it.times, it.worst)));
        return String.join("\n", lines) + "\n";
    }

    /** Returns a row with the seed, or another word, in place of the last number. */
    private static String row(String format, List<Long> numbers, Object seed) {
        return numbers.stream()
                .limit(numbers.size() - 1L)
                .map(it -> format.formatted(it) + " | ")
                .collect(joining("", "| ", seed + " |"));
    }
}
