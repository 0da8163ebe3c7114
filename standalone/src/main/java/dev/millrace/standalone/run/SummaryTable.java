package dev.millrace.standalone.run;

import dev.millrace.contracts.money.Usd;
import dev.millrace.standalone.status.BudgetText;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Formats a summary as a human-readable table. */
final class SummaryTable {
    private static final String MODEL_ROW = "  %-20s %8s %8s %12s %12s %14s %9s %9s%n";
    private static final double MILLIS_PER_SECOND = 1_000.0;

    private SummaryTable() {}

    static String of(Summary summary) {
        var text = new StringBuilder();
        totals(summary)
                .forEach(row -> text.append("  %-16s %s%n".formatted(row.name(), row.value())));
        if (!summary.byModel().isEmpty()) {
            text.append(System.lineSeparator());
            text.append(
                    MODEL_ROW.formatted(
                            "model",
                            "jobs",
                            "failed",
                            "tokens in",
                            "tokens out",
                            "cost USD",
                            "P50 ms",
                            "P95 ms"));
            summary.byModel().forEach(model -> text.append(row(model)));
        }
        deadLetters(summary, text);
        return text.toString();
    }

    private record Row(String name, String value) {}

    private static List<Row> totals(Summary summary) {
        var rows = new ArrayList<Row>();
        rows.add(new Row("jobs", number(summary.counts().jobs())));
        rows.add(new Row("succeeded", number(summary.counts().succeeded())));
        rows.add(new Row("failed", number(summary.counts().failed())));
        rows.add(new Row("dead letters", number(summary.counts().deadLetters())));
        summary.byError().forEach((code, count) -> rows.add(new Row("  " + code, number(count))));
        if (summary.end().waiting() > 0) {
            rows.add(new Row("waiting", number(summary.end().waiting()) + " (for money)"));
        }
        summary.budgets().forEach(it -> rows.add(new Row("  budget", budget(it))));
        if (summary.counts().reused() > 0) {
            rows.add(
                    new Row(
                            "reused",
                            number(summary.counts().reused())
                                    + " (answered in an earlier run, for "
                                    + Usd.text(summary.bill().reusedCostUsd())
                                    + " USD)"));
        }
        if (summary.counts().cached() > 0) {
            rows.add(
                    new Row(
                            "cached",
                            number(summary.counts().cached())
                                    + " (answers of other jobs, which saved "
                                    + Usd.text(summary.bill().savedUsd())
                                    + " USD)"));
        }
        if (summary.counts().uncertain() > 0) {
            rows.add(
                    new Row(
                            "uncertain",
                            number(summary.counts().uncertain())
                                    + " calls may have been billed without an answer"));
        }
        rows.add(
                new Row(
                        "tokens",
                        number(summary.bill().inputTokens())
                                + " in, "
                                + number(summary.bill().outputTokens())
                                + " out"));
        rows.add(new Row("cost", Usd.text(summary.bill().costUsd()) + " USD"));
        if (!summary.byModel().isEmpty()) {
            rows.add(
                    new Row(
                            "upstream time",
                            percentiles(
                                    summary.times().upstreamP50Ms(),
                                    summary.times().upstreamP95Ms())));
            rows.add(
                    new Row(
                            "queue time",
                            percentiles(
                                    summary.times().queueP50Ms(), summary.times().queueP95Ms())));
        }
        if (summary.times().firstResultMs() != null) {
            rows.add(new Row("first result", "after " + seconds(summary.times().firstResultMs())));
        }
        rows.add(new Row("total time", seconds(summary.times().durationMs())));
        rows.add(new Row("results", summary.end().output()));
        return rows;
    }

    private static String budget(Summary.BudgetFigures budget) {
        return "%s of %s USD spent%s, by %s%s%s"
                .formatted(
                        Usd.text(budget.spentUsd()),
                        Usd.text(budget.limitUsd()),
                        BudgetText.exceeded(budget.exceededUsd()),
                        budget.batch() == null
                                ? "tenant " + budget.tenant()
                                : "batch " + budget.batch() + " of " + budget.tenant(),
                        budget.neededUsd() == null
                                ? ""
                                : "; the next job needs " + Usd.text(budget.neededUsd()),
                        BudgetText.unaffordable(budget.unaffordableJobs()));
    }

    private static String row(Summary.ModelSummary model) {
        return MODEL_ROW.formatted(
                model.model(),
                number(model.jobs()),
                number(model.failed()),
                number(model.inputTokens()),
                number(model.outputTokens()),
                Usd.text(model.costUsd()),
                number(model.upstreamP50Ms()),
                number(model.upstreamP95Ms()));
    }

    private static void deadLetters(Summary summary, StringBuilder text) {
        if (summary.deadLetterLines().isEmpty()) {
            return;
        }
        text.append(System.lineSeparator()).append("  dead letters").append(System.lineSeparator());
        for (Summary.DeadLetterLine line : summary.deadLetterLines()) {
            text.append(
                    "  %s:%d %s: %s%n"
                            .formatted(line.file(), line.line(), line.reason(), line.message()));
        }
        long more = summary.counts().deadLetters() - summary.deadLetterLines().size();
        if (more > 0) {
            text.append("  … and %s more%n".formatted(number(more)));
        }
    }

    private static String percentiles(long p50Ms, long p95Ms) {
        return "P50 " + number(p50Ms) + " ms, P95 " + number(p95Ms) + " ms";
    }

    private static String number(long value) {
        return String.format(Locale.ROOT, "%,d", value);
    }

    private static String seconds(long millis) {
        return String.format(Locale.ROOT, "%.1f s", millis / MILLIS_PER_SECOND);
    }
}
