package dev.millrace.standalone.audit;

import dev.millrace.contracts.money.TokenUsage;
import java.io.PrintStream;
import java.math.BigDecimal;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/** Prints an audit as tables. */
final class TextAuditReport {
    private static final String USAGE = "  %-24s %10s %15s %15s %13s %15s %13s%n";
    private static final String COST = "  %-24s %16s %16s %16s%n";
    private static final String CHEAPER = "  %-24s %-24s %16s %8s  %-24s %16s %8s%n";
    private static final String POLICY = "  %-24s %16s %16s %8s %8s  %s%n";
    private static final String PROJECTION = "  %-30s %16s %16s %16s%n";

    private final PrintStream out;
    private final AuditFigures figures;

    private TextAuditReport(PrintStream out, AuditFigures figures) {
        this.out = out;
        this.figures = figures;
    }

    /** Prints the figures. */
    static void print(AuditFigures figures, PrintStream out) {
        var report = new TextAuditReport(out, figures);
        out.println("  " + AuditNotes.extent(figures));
        if (!figures.models().isEmpty()) {
            report.printUsage();
            report.printCost();
            report.printCheaper();
            report.printPolicy();
            report.printProjection();
        }
        report.printNotes("names in the log", AuditNotes.names(figures));
        report.printNotes(
                "unknown models, which no cost includes; add them to the catalog with --catalog",
                AuditNotes.unknown(figures));
        report.printNotes("not in any figure", AuditNotes.leftOut(figures));
        report.printNotes("figures that may be wrong", AuditNotes.unclear(figures));
        out.println();
        AuditRules.all().forEach(it -> out.println("  " + it));
        out.flush();
    }

    private void printUsage() {
        out.println();
        out.printf(
                USAGE,
                "model",
                "requests",
                "input",
                "cached",
                "cache write",
                "output",
                "reasoning");
        figures.models().forEach(it -> printUsage(it.model().name(), it.requests(), it.usage()));
        printUsage("total", figures.requests(), figures.usage());
    }

    private void printUsage(String model, long requests, TokenUsage usage) {
        out.printf(
                USAGE,
                model,
                Figure.count(requests),
                Figure.count(usage.inputTokens()),
                Figure.count(usage.cachedInputTokens()),
                Figure.count(usage.cacheWriteTokens()),
                Figure.count(usage.outputTokens()),
                Figure.count(usage.reasoningTokens()));
    }

    private void printCost() {
        out.println();
        out.printf(COST, "model", "USD by catalog", "USD by log", "difference");
        figures.models().forEach(it -> printCost(it.model().name(), it.usd(), it.spend()));
        printCost("total", figures.sum(ModelFigures::usd), figures.spend());
    }

    private void printCost(String model, BigDecimal usd, Optional<ModelFigures.Spend> spend) {
        out.printf(
                COST,
                model,
                Figure.usd(usd),
                spend.map(it -> Figure.usd(it.loggedUsd())).orElse("–"),
                spend.map(it -> Figure.usd(it.differenceUsd())).orElse("–"));
    }

    private void printCheaper() {
        out.println();
        out.printf(
                CHEAPER,
                "cheaper models",
                "same tier or higher",
                "USD",
                "saved",
                "any tier",
                "USD",
                "saved");
        for (ModelFigures it : figures.models()) {
            printCheaper(
                    it.model().name(),
                    it.usd(),
                    name(it.sameTier()),
                    it.sameTierUsd(),
                    name(it.anyTier()),
                    it.anyTierUsd());
        }
        printCheaper(
                "total",
                figures.sum(ModelFigures::usd),
                "",
                figures.sum(ModelFigures::sameTierUsd),
                "",
                figures.sum(ModelFigures::anyTierUsd));
    }

    private static String name(Optional<CheaperModels.Choice> choice) {
        return choice.map(it -> it.model().name()).orElse("none");
    }

    private void printCheaper(
            String model,
            BigDecimal now,
            String sameTier,
            BigDecimal sameTierUsd,
            String anyTier,
            BigDecimal anyTierUsd) {
        out.printf(
                CHEAPER,
                model,
                sameTier,
                Figure.usd(sameTierUsd),
                Figure.savedPercent(now, sameTierUsd),
                anyTier,
                Figure.usd(anyTierUsd),
                Figure.savedPercent(now, anyTierUsd));
    }

    private void printPolicy() {
        out.println();
        out.println("  policy " + figures.policy());
        out.printf(POLICY, "model", "USD at least", "USD at most", "saved", "to", "models");
        for (ModelFigures it : figures.models()) {
            printPolicy(it.model().name(), it.usd(), it.policy());
        }
        printPolicy("total", figures.sum(ModelFigures::usd), figures.policyCost());
    }

    private void printPolicy(String model, BigDecimal now, CostRange range) {
        out.printf(
                POLICY,
                model,
                Figure.usd(range.leastUsd()),
                Figure.usd(range.mostUsd()),
                Figure.savedPercent(now, range.mostUsd()),
                Figure.savedPercent(now, range.leastUsd()),
                range.models().stream().map(it -> it.name()).collect(Collectors.joining(", "))
                        + (range.unrouted() == 0
                                ? ""
                                : " (no model for "
                                        + Figure.count(range.unrouted())
                                        + " requests)"));
    }

    private void printProjection() {
        out.println();
        out.println("  " + AuditNotes.period(figures));
        boolean hasSpan = figures.extent().span().isPresent();
        out.printf(
                PROJECTION,
                "USD",
                "in the log",
                hasSpan ? "30 days" : "",
                hasSpan ? "365 days" : "");
        for (Alternative it : Alternative.of(figures)) {
            out.printf(
                    PROJECTION,
                    it.label(),
                    Figure.usd(it.usd()),
                    projected(it, AuditFigures.MONTH_DAYS),
                    projected(it, AuditFigures.YEAR_DAYS));
        }
    }

    private String projected(Alternative alternative, int days) {
        return figures.projected(alternative.usd(), days).map(BigDecimal::toPlainString).orElse("");
    }

    private void printNotes(String title, List<String> notes) {
        if (!notes.isEmpty()) {
            out.println();
            out.println("  " + title + ":");
            notes.forEach(it -> out.println("    " + Printable.of(it)));
        }
    }
}
