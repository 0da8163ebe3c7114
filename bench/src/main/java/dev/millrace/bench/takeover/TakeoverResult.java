package dev.millrace.bench.takeover;

import dev.millrace.bench.report.TextTable;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import tools.jackson.databind.json.JsonMapper;

/**
 * The result of one takeover.
 *
 * @param standbys warm copies of the state on the other router
 * @param entries number of jobs that the router remembers
 * @param duration time from the kill until the first job routed by the other router is visible;
 *     empty when there is a problem
 * @param problem empty when each job was routed exactly once
 */
public record TakeoverResult(
        int standbys, int entries, Optional<Duration> duration, Optional<String> problem) {
    private static final double MILLIS_PER_SECOND = 1_000;

    /** Returns the figures as a text table. */
    public static String text(List<TakeoverResult> all) {
        var table = new TextTable(0, "entries", "standbys", "seconds until the next job");
        all.forEach(
                it ->
                        table.addRow(
                                String.format(Locale.ROOT, "%,d", it.entries),
                                Integer.toString(it.standbys),
                                it.duration.map(TakeoverResult::seconds).orElse("-")));
        var text = new StringBuilder(table.toString());
        all.stream()
                .flatMap(it -> it.problem.stream())
                .forEach(it -> text.append("PROBLEM ").append(it).append('\n'));
        return text.toString();
    }

    private static String seconds(Duration duration) {
        return String.format(Locale.ROOT, "%.1f", duration.toMillis() / MILLIS_PER_SECOND);
    }

    /** Returns the figures as one JSON object. */
    public static String json(List<TakeoverResult> all) {
        var node = new JsonMapper().createObjectNode();
        var rows = node.putArray("takeovers");
        for (TakeoverResult each : all) {
            var row = rows.addObject().put("entries", each.entries).put("standbys", each.standbys);
            each.duration.ifPresentOrElse(
                    it -> row.put("took_ms", it.toMillis()), () -> row.putNull("took_ms"));
            each.problem.ifPresent(it -> row.put("problem", it));
        }
        return node + "\n";
    }
}
