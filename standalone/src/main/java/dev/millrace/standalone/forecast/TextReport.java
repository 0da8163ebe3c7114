package dev.millrace.standalone.forecast;

import dev.millrace.contracts.money.Usd;
import dev.millrace.router.classify.Profile;
import java.io.PrintStream;
import java.math.BigDecimal;
import java.util.Locale;
import java.util.Optional;

/** The forecast for people. */
final class TextReport implements Report {
    /** Refused lines that are shown when not all are. */
    private static final int MOST_SHOWN = 20;

    private static final String ROW = "  %-28s %-20s %10s %14s %14s %14s %14s%n";

    private final PrintStream out;
    private final boolean showsLines;
    private final Tally tally = new Tally(MOST_SHOWN);

    TextReport(Output output) {
        out = output.terminal().out();
        showsLines = output.lines();
    }

    @Override
    public void add(Line line, Destiny destiny) {
        tally.add(line, destiny);
        if (showsLines) {
            out.println(line.place() + " " + words(destiny));
        }
    }

    private static String words(Destiny destiny) {
        return switch (destiny) {
            case Destiny.Refused refused -> "refused, " + reason(refused);
            case Destiny.Routed job ->
                    String.format(
                            Locale.ROOT,
                            "%s, by %s: %s; %,d + %,d tokens, %s USD, at most %s",
                            job.model().name(),
                            job.routedBy(),
                            words(job.profile()),
                            job.inputTokens(),
                            job.outputTokens(),
                            Usd.text(job.usd()),
                            most(job.mostUsd()));
        };
    }

    private static String words(Profile profile) {
        return profile.complexity().name().toLowerCase(Locale.ROOT)
                + " "
                + profile.task().name().toLowerCase(Locale.ROOT)
                + profile.language().map(code -> ", " + code).orElse("")
                + (profile.needsReasoning() ? ", reasoning" : "")
                + (profile.isLatencySensitive() ? ", latency-sensitive" : "");
    }

    private static String most(Optional<BigDecimal> usd) {
        return usd.map(Usd::text).orElse("no bound");
    }

    private static String reason(Destiny.Refused refused) {
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
                tally.lines(),
                tally.all().jobs(),
                tally.refused());
        printChoices();
        printRefusals();
        printCost();
        out.flush();
        return tally.refused() == 0;
    }

    private void printChoices() {
        if (tally.choices().isEmpty()) {
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
        tally.choices().forEach(this::printChoice);
    }

    private void printChoice(Choice choice, Sums sums) {
        out.printf(
                ROW,
                choice.routedBy(),
                choice.model(),
                number(sums.jobs()),
                number(sums.inputTokens()),
                number(sums.outputTokens()),
                sums.expectedUsd(),
                sums.worstUsd());
    }

    private static String number(long count) {
        return String.format(Locale.ROOT, "%,d", count);
    }

    private void printRefusals() {
        if (tally.refused() == 0) {
            return;
        }
        out.println();
        tally.refusals()
                .forEach(
                        (error, count) ->
                                out.printf(Locale.ROOT, "  %-28s %,d%n", error.code(), count));
        if (showsLines) {
            return;
        }
        out.println();
        tally.kept()
                .forEach(it -> out.println("  " + it.line().place() + " " + reason(it.refusal())));
        long left = tally.refused() - tally.kept().size();
        if (left > 0) {
            out.printf(Locale.ROOT, "  and %,d more; --lines names all%n", left);
        }
    }

    private void printCost() {
        out.printf("%n  %s; no call made%n", tally.all().costPhrase());
    }
}
