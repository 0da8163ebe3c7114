package dev.millrace.standalone.audit;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Describes in sentences what an audit read, matched and omitted. */
final class AuditNotes {
    private static final int MAX_UNKNOWN = 50;
    private static final double HOURS_PER_DAY = 24;
    private static final double SECONDS_PER_HOUR = 3_600;

    private AuditNotes() {}

    /** Returns the extent of the input in one line. */
    static String extent(AuditFigures figures) {
        LogExtent extent = figures.extent();
        return String.format(
                Locale.ROOT,
                "%,d billed requests in %,d lines of %,d %s; prices of catalog %s",
                figures.allRequests(),
                extent.lines(),
                extent.files(),
                extent.files() == 1 ? "file" : "files",
                figures.catalogVersion());
    }

    /** Returns the time that the log covers, and why there is no projection if there is none. */
    static String period(AuditFigures figures) {
        LogExtent extent = figures.extent();
        if (extent.first().isEmpty()) {
            return "no projection: the log has no times";
        }
        String from = extent.first().orElseThrow().toString();
        if (extent.span().isEmpty()) {
            return "no projection: all requests have the time " + from;
        }
        Duration span = extent.span().orElseThrow();
        long untimed = figures.allRequests() - extent.timed();
        return "projected from "
                + days(span)
                + ", "
                + from
                + " to "
                + extent.last().orElseThrow()
                + (span.compareTo(Duration.ofDays(1)) < 0 ? "; less than a day shows little" : "")
                + (untimed == 0
                        ? ""
                        : "; %s without a time count as in this period"
                                .formatted(Figure.count(untimed)));
    }

    private static String days(Duration span) {
        double hours = (double) span.toSeconds() / SECONDS_PER_HOUR;
        return hours < HOURS_PER_DAY
                ? String.format(Locale.ROOT, "%.1f hours", hours)
                : String.format(Locale.ROOT, "%.1f days", hours / HOURS_PER_DAY);
    }

    /** Returns a sentence for each model with a different name in the log. */
    static List<String> names(AuditFigures figures) {
        List<String> notes = new ArrayList<>();
        for (ModelFigures model : figures.models()) {
            String name = model.model().name();
            List<String> others = model.names().stream().filter(it -> !it.equals(name)).toList();
            if (!others.isEmpty()) {
                notes.add(String.join(", ", others) + ": priced as " + name);
            }
        }
        return notes;
    }

    /** Returns a sentence for each name that the catalog does not have, up to a bound. */
    static List<String> unknown(AuditFigures figures) {
        List<UnknownModel> all = figures.unknown();
        List<String> notes =
                new ArrayList<>(all.stream().limit(MAX_UNKNOWN).map(AuditNotes::unknown).toList());
        if (all.size() > MAX_UNKNOWN) {
            long requests = all.stream().skip(MAX_UNKNOWN).mapToLong(UnknownModel::requests).sum();
            notes.add(
                    String.format(
                            Locale.ROOT,
                            "and %,d more with %,d requests; --json lists them",
                            all.size() - MAX_UNKNOWN,
                            requests));
        }
        return notes;
    }

    private static String unknown(UnknownModel it) {
        return String.format(
                Locale.ROOT,
                "%s: %,d requests, %,d + %,d tokens%s%s",
                it.name(),
                it.requests(),
                it.usage().inputTokens(),
                it.usage().outputTokens(),
                it.spentUsd().map(usd -> ", " + Figure.usd(usd) + " USD by the log").orElse(""),
                it.candidates().isEmpty()
                        ? ""
                        : "; may be " + String.join(" or ", it.candidates()));
    }

    /** Returns a sentence for each kind of line that no cost includes. */
    static List<String> leftOut(AuditFigures figures) {
        LogExtent extent = figures.extent();
        List<String> notes = new ArrayList<>();
        extent.notBilled()
                .forEach((reason, count) -> notes.add(reason + ": " + Figure.count(count)));
        notes.addAll(lines("unreadable lines: ", extent.unreadable()));
        return notes;
    }

    /** Returns a sentence for each counted line with doubtful figures. */
    static List<String> unclear(AuditFigures figures) {
        List<String> notes = new ArrayList<>();
        figures.unpriced().forEach(it -> notes.add(unpriced(it)));
        notes.addAll(lines("unclear lines, counted: ", figures.extent().unclear()));
        return notes;
    }

    private static String unpriced(AuditFigures.UnpricedTier it) {
        return String.format(
                Locale.ROOT,
                "%s: %,d requests of service_tier %s, which has no price, count at the dearest one",
                it.model().name(),
                it.requests(),
                it.tier());
    }

    private static List<String> lines(String kind, LogExtent.Lines lines) {
        List<String> notes = new ArrayList<>();
        if (lines.count() > 0) {
            notes.add(kind + Figure.count(lines.count()));
        }
        lines.first().forEach(it -> notes.add(it.text()));
        long more = lines.count() - lines.first().size();
        if (more > 0) {
            notes.add("and " + Figure.count(more) + " more");
        }
        return notes;
    }
}
