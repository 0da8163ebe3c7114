package dev.millrace.standalone.forecast;

import dev.millrace.contracts.money.Usd;
import dev.millrace.router.classify.Profile;
import java.io.PrintStream;
import java.math.BigDecimal;
import java.util.Locale;
import java.util.Optional;

/** Human-readable report: optionally a phrase for each line, then tables. */
final class TextForecastReport implements ForecastReport {
    /** Refused lines that are listed at the end if lines are not shown. */
    private static final int MAX_REFUSED_LINES = 20;

    private static final String ROW = "  %-28s %-20s %10s %14s %14s %14s %14s%n";

    private final PrintStream out;
    private final boolean showsLines;
    private final ForecastTotals<RoutingChoice> totals =
            new ForecastTotals<>(MAX_REFUSED_LINES, RoutingChoice::of, LineForecast.Routed::maxUsd);

    TextForecastReport(PrintStream out, boolean showsLines) {
        this.out = out;
        this.showsLines = showsLines;
    }

    @Override
    public void add(LineLocation line, LineForecast forecast) {
        totals.add(line, forecast);
        if (showsLines) {
            out.println(line.text() + " " + describe(forecast));
        }
    }

    private static String describe(LineForecast forecast) {
        return switch (forecast) {
            case LineForecast.Refused refused -> "refused, " + reason(refused);
            case LineForecast.Routed job ->
                    String.format(
                            Locale.ROOT,
                            "%s, by %s: %s; %,d + %,d tokens, %s USD, at most %s",
                            job.model().name(),
                            job.routedBy(),
                            describe(job.profile()),
                            job.inputTokens(),
                            job.outputTokens(),
                            Usd.text(job.usd()),
                            usdOrNoBound(job.maxUsd()));
        };
    }

    private static String describe(Profile profile) {
        return profile.complexity().name().toLowerCase(Locale.ROOT)
                + " "
                + profile.task().name().toLowerCase(Locale.ROOT)
                + profile.language().map(code -> ", " + code).orElse("")
                + (profile.needsReasoning() ? ", reasoning" : "")
                + (profile.isLatencySensitive() ? ", latency-sensitive" : "");
    }

    private static String usdOrNoBound(Optional<BigDecimal> usd) {
        return usd.map(Usd::text).orElse("no bound");
    }

    private static String reason(LineForecast.Refused refused) {
        return refused.error().code() + ": " + refused.reason();
    }

    @Override
    public boolean end() {
        if (showsLines) {
            out.println();
        }
        out.printf(
                Locale.ROOT,
                "  %,d lines: %,d would be sent, %,d refused%n",
                totals.lines(),
                totals.all().jobs(),
                totals.refused());
        printChoices();
        printRefusals();
        printCost();
        out.flush();
        return totals.refused() == 0;
    }

    private void printChoices() {
        if (totals.groups().isEmpty()) {
            return;
        }
        out.println();
        out.printf(
                ROW,
                "chosen by",
                "model",
                "jobs",
                "tokens in ≈",
                "tokens out ≈",
                "USD expected",
                "USD worst case");
        totals.groups().forEach(this::printChoice);
    }

    private void printChoice(RoutingChoice choice, CostTotals costs) {
        out.printf(
                ROW,
                choice.routedBy(),
                choice.model(),
                number(costs.jobs()),
                number(costs.inputTokens()),
                number(costs.outputTokens()),
                costs.expectedUsd(),
                costs.worstUsd());
    }

    private static String number(long count) {
        return String.format(Locale.ROOT, "%,d", count);
    }

    private void printRefusals() {
        if (totals.refused() == 0) {
            return;
        }
        out.println();
        totals.errors()
                .forEach(
                        (error, count) ->
                                out.printf(Locale.ROOT, "  %-28s %,d%n", error.code(), count));
        if (showsLines) {
            return;
        }
        out.println();
        totals.refusedLines()
                .forEach(it -> out.println("  " + it.line().text() + " " + reason(it.refusal())));
        long more = totals.refused() - totals.refusedLines().size();
        if (more > 0) {
            out.printf(Locale.ROOT, "  and %,d more; use --lines to list all%n", more);
        }
    }

    private void printCost() {
        out.printf("%n  %s; no call made%n", totals.all().costPhrase());
    }
}
