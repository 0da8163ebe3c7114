package dev.millrace.standalone.audit;

import dev.millrace.contracts.catalog.Model;
import dev.millrace.contracts.money.TokenUsage;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * Formats an audit as one HTML page with charts. The page loads nothing: its
 * Content-Security-Policy allows only the scripts and the style sheet that it contains, by their
 * hashes.
 */
final class HtmlAuditReport {
    private final AuditFigures figures;
    private final BigDecimal now;

    private HtmlAuditReport(AuditFigures figures) {
        this.figures = figures;
        now = figures.sum(ModelFigures::usd);
    }

    /** Returns the page. */
    static String of(AuditFigures figures) {
        return new HtmlAuditReport(figures).page();
    }

    private String page() {
        PageResource style = PageResource.named("audit.css");
        PageResource library = PageResource.chartLibrary();
        PageResource script = PageResource.named("audit.js");
        return """
               <!DOCTYPE html>
               <html lang="en">
               <head>
               <meta charset="utf-8">
               <meta http-equiv="Content-Security-Policy" content="default-src 'none'; script-src %s %s; style-src %s; \
               base-uri 'none'; form-action 'none'">
               <meta name="viewport" content="width=device-width, initial-scale=1">
               <title>Millrace audit</title>
               <style>%s</style>
               </head>
               <body>
               <h1>What the requests cost, and could cost</h1>
               """
                        .formatted(
                                library.policySource(),
                                script.policySource(),
                                style.policySource(),
                                style.content())
                + note(AuditNotes.extent(figures))
                + (figures.models().isEmpty() ? "" : models())
                + Html.list("Names in the log", AuditNotes.names(figures))
                + Html.list("Unknown models, which no cost includes", AuditNotes.unknown(figures))
                + Html.list("Not in any figure", AuditNotes.leftOut(figures))
                + Html.list("Figures that may be wrong", AuditNotes.unclear(figures))
                + "<script type=\"application/json\" id=\"figures\">"
                + Html.embedded(ChartData.of(figures))
                + "</script>\n<script>"
                + library.content()
                + "</script>\n<script>"
                + script.content()
                + "</script>\n</body>\n</html>\n";
    }

    private String models() {
        return alternatives()
                + chart(ChartData.COSTS, "Cost by model, as in the tables below")
                + usage()
                + chart(ChartData.TOKENS, "Tokens by model, as in the table above")
                + costs()
                + cheaper()
                + policy();
    }

    private static String note(String text) {
        return "<p class=\"note\">" + Html.text(text) + "</p>\n";
    }

    private static String chart(String id, String label) {
        return "<div class=\"chart\"><canvas id=\"%s\" role=\"img\" aria-label=\"%s\"></canvas></div>\n"
                .formatted(Html.text(id), Html.text(label));
    }

    private String alternatives() {
        List<List<String>> rows = new ArrayList<>();
        for (Alternative it : Alternative.of(figures)) {
            rows.add(
                    List.of(
                            it.label(),
                            Figure.usd(it.usd()),
                            Figure.usd(now.subtract(it.usd())),
                            Figure.savedPercent(now, it.usd()),
                            projected(it, AuditFigures.MONTH_DAYS),
                            projected(it, AuditFigures.YEAR_DAYS)));
        }
        return Html.table(
                        List.of("USD", "in the log", "saved", "saved %", "30 days", "365 days"),
                        rows,
                        false)
                + note(AuditNotes.period(figures))
                + note(AuditRules.TOKENS);
    }

    private String projected(Alternative alternative, int days) {
        return figures.projected(alternative.usd(), days)
                .map(BigDecimal::toPlainString)
                .orElse("–");
    }

    private String usage() {
        List<List<String>> rows = rows(it -> usage(it.model().name(), it.requests(), it.usage()));
        rows.add(usage("total", figures.requests(), figures.usage()));
        return "<h2>Tokens</h2>\n"
                + Html.table(
                        List.of(
                                "model",
                                "requests",
                                "input",
                                "cached",
                                "cache write",
                                "output",
                                "reasoning"),
                        rows,
                        true);
    }

    private static List<String> usage(String model, long requests, TokenUsage usage) {
        return List.of(
                model,
                Figure.count(requests),
                Figure.count(usage.inputTokens()),
                Figure.count(usage.cachedInputTokens()),
                Figure.count(usage.cacheWriteTokens()),
                Figure.count(usage.outputTokens()),
                Figure.count(usage.reasoningTokens()));
    }

    private String costs() {
        List<List<String>> rows = rows(it -> costs(it.model().name(), it.usd(), it.spend()));
        rows.add(costs("total", now, figures.spend()));
        return "<h2>Cost by the catalog and by the log</h2>\n"
                + Html.table(
                        List.of("model", "USD by catalog", "USD by log", "difference"), rows, true);
    }

    private static List<String> costs(
            String model, BigDecimal usd, Optional<ModelFigures.Spend> spend) {
        return List.of(
                model,
                Figure.usd(usd),
                spend.map(it -> Figure.usd(it.loggedUsd())).orElse("–"),
                spend.map(it -> Figure.usd(it.differenceUsd())).orElse("–"));
    }

    private String cheaper() {
        List<List<String>> rows =
                rows(
                        it ->
                                List.of(
                                        it.model().name(),
                                        name(it.sameTier()),
                                        Figure.usd(it.sameTierUsd()),
                                        Figure.savedPercent(it.usd(), it.sameTierUsd()),
                                        name(it.anyTier()),
                                        Figure.usd(it.anyTierUsd()),
                                        Figure.savedPercent(it.usd(), it.anyTierUsd())));
        BigDecimal sameTier = figures.sum(ModelFigures::sameTierUsd);
        BigDecimal anyTier = figures.sum(ModelFigures::anyTierUsd);
        rows.add(
                List.of(
                        "total",
                        "",
                        Figure.usd(sameTier),
                        Figure.savedPercent(now, sameTier),
                        "",
                        Figure.usd(anyTier),
                        Figure.savedPercent(now, anyTier)));
        return "<h2>Cheaper models</h2>\n"
                + note(AuditRules.CHEAPER)
                + Html.table(
                        List.of(
                                "model",
                                "same tier or higher",
                                "USD",
                                "saved",
                                "any tier",
                                "USD",
                                "saved"),
                        rows,
                        true);
    }

    private static String name(Optional<CheaperModels.Choice> choice) {
        return choice.map(it -> it.model().name()).orElse("none");
    }

    private String policy() {
        List<List<String>> rows = rows(it -> policy(it.model().name(), it.usd(), it.policy()));
        rows.add(policy("total", now, figures.policyCost()));
        return "<h2>Policy "
                + Html.text(figures.policy())
                + "</h2>\n"
                + note(AuditRules.POLICY)
                + Html.table(
                        List.of(
                                "model",
                                "USD at least",
                                "USD at most",
                                "saved",
                                "to",
                                "models",
                                "without a model"),
                        rows,
                        true);
    }

    private static List<String> policy(String model, BigDecimal usd, CostRange range) {
        return List.of(
                model,
                Figure.usd(range.leastUsd()),
                Figure.usd(range.mostUsd()),
                Figure.savedPercent(usd, range.mostUsd()),
                Figure.savedPercent(usd, range.leastUsd()),
                range.models().stream().map(Model::name).collect(Collectors.joining(", ")),
                Figure.count(range.unrouted()));
    }

    private List<List<String>> rows(Function<ModelFigures, List<String>> row) {
        return new ArrayList<>(figures.models().stream().map(row).toList());
    }
}
