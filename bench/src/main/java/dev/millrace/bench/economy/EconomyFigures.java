package dev.millrace.bench.economy;

import dev.millrace.bench.report.JsonFigures;
import dev.millrace.bench.report.TextTable;
import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * All figures of {@code bench economy}.
 *
 * @param mix what is asked
 * @param questions number of questions, 1 or more
 * @param rows one for each strategy; the first one is compared with
 */
record EconomyFigures(Mix mix, long questions, List<EconomyRow> rows) {
    /** Questions of the day that is published. */
    static final long QUESTIONS_A_DAY = 500_000;

    /** Saved part that is published for this mix. */
    private static final double PUBLISHED = 0.85;

    private static final double PERCENT = 100;

    EconomyFigures {
        rows = List.copyOf(rows);
    }

    /** Returns true when every promise was kept. */
    boolean isGood() {
        return rows.stream().allMatch(it -> it.problems().isEmpty());
    }

    private boolean isTargetMet() {
        return savedPart(rows.getLast()) > PUBLISHED;
    }

    private double savedPart(EconomyRow row) {
        return row.savedOf(rows.getFirst());
    }

    private BigDecimal usdADay(EconomyRow row) {
        return row.costUsd()
                .multiply(BigDecimal.valueOf(QUESTIONS_A_DAY))
                .divide(BigDecimal.valueOf(questions), MathContext.DECIMAL64)
                .setScale(2, RoundingMode.HALF_UP);
    }

    /** Returns the figures as text. */
    String text() {
        var table = new TextTable(1, "", "calls", "USD", "USD a day", "saved %", "part %");
        double before = 0;
        for (EconomyRow row : rows) {
            double saved = savedPart(row);
            table.addRow(
                    row.strategy().title(),
                    String.format(Locale.ROOT, "%,d", row.allCalls()),
                    row.costUsd().setScale(4, RoundingMode.HALF_UP).toPlainString(),
                    String.format(Locale.ROOT, "%,.2f", usdADay(row)),
                    percent(saved),
                    percent(saved - before));
            before = saved;
        }
        var text = new StringBuilder(table.toString());
        for (EconomyRow row : rows) {
            text.append(row.strategy().title()).append(": ").append(models(row)).append('\n');
            text.append(row.reused().text(questions));
            row.problems().forEach(it -> text.append("BROKEN ").append(it).append('\n'));
        }
        if (mix == Mix.REPEATS) {
            text.append("saved > 85 %: ").append(isTargetMet() ? "met" : "not met").append('\n');
        }
        return text.toString();
    }

    private static String models(EconomyRow row) {
        return row.calls().entrySet().stream()
                .map(it -> String.format(Locale.ROOT, "%s %,d", it.getKey(), it.getValue()))
                .collect(Collectors.joining(", "));
    }

    private static String percent(double part) {
        return String.format(Locale.ROOT, "%.1f", PERCENT * part);
    }

    /** Returns the figures as one JSON object. */
    String json() {
        ObjectNode node = new JsonMapper().createObjectNode();
        node.put("mix", mix.name().toLowerCase(Locale.ROOT)).put("questions", questions);
        ArrayNode strategies = node.putArray("strategies");
        for (EconomyRow row : rows) {
            ObjectNode it = strategies.addObject();
            it.put("name", row.strategy().title())
                    .put("calls", row.allCalls())
                    .put("cost_usd", row.costUsd())
                    .put("cost_usd_a_day", usdADay(row))
                    .put("saved", JsonFigures.rounded(savedPart(row)));
            if (mix == Mix.PARAPHRASES) {
                it.put("identical", row.reused().identical())
                        .put("similar", row.reused().similar())
                        .put("wrong", row.reused().wrong().size());
            }
            ObjectNode models = it.putObject("calls_by_model");
            row.calls().forEach(models::put);
            row.problems().forEach(it.putArray("problems")::add);
        }
        return node.put("good", isGood()).toString();
    }
}
