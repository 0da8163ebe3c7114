package dev.millrace.bench.takeover;

import dev.millrace.bench.report.TextTable;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import tools.jackson.databind.json.JsonMapper;

/**
 * One measurement.
 *
 * @param standbys warm copies of the state on the other router
 * @param entries jobs that the router remembers
 * @param took from the kill until the first job that the other router has routed is seen; empty
 *     when there is a problem
 * @param problem empty when each job was routed once
 */
public record Takeover(
        int standbys, int entries, Optional<Duration> took, Optional<String> problem) {
    private static final double MILLIS_PER_SECOND = 1_000;

    /** The figures for a person. */
    public static String text(List<Takeover> all) {
        var table = new TextTable(0, "entries", "standbys", "seconds until the next job");
        all.forEach(
                it ->
                        table.row(
                                String.format(Locale.ROOT, "%,d", it.entries),
                                Integer.toString(it.standbys),
                                it.took.map(Takeover::seconds).orElse("-")));
        var text = new StringBuilder(table.toString());
        all.stream()
                .flatMap(it -> it.problem.stream())
                .forEach(it -> text.append("PROBLEM ").append(it).append('\n'));
        return text.toString();
    }

    private static String seconds(Duration took) {
        return String.format(Locale.ROOT, "%.1f", took.toMillis() / MILLIS_PER_SECOND);
    }

    /** The figures for a machine: one JSON object. */
    public static String json(List<Takeover> all) {
        var node = new JsonMapper().createObjectNode();
        var rows = node.putArray("takeovers");
        for (Takeover each : all) {
            var row = rows.addObject().put("entries", each.entries).put("standbys", each.standbys);
            each.took.ifPresentOrElse(
                    it -> row.put("took_ms", it.toMillis()), () -> row.putNull("took_ms"));
            each.problem.ifPresent(it -> row.put("problem", it));
        }
        return node + "\n";
    }
}
