package dev.millrace.standalone.forecast;

import dev.millrace.contracts.json.JsonBytes;
import dev.millrace.standalone.console.Terminal;
import dev.millrace.standalone.forecast.ForecastTotals.RefusedLine;
import dev.millrace.standalone.forecast.LineForecast.Refused;
import dev.millrace.standalone.forecast.LineForecast.Routed;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Set;
import tools.jackson.core.JsonGenerator;

/**
 * Report of a dry run, by model. The table prints each problem as soon as it is found; JSON lists
 * the first problems in the one object at the end.
 */
public final class DryRunReport implements ForecastReport {
    private static final int MAX_JSON_PROBLEMS = 1_000;
    private static final String WORST_CASE = "worst_case_cost_usd";

    private final PrintStream out;
    private final boolean json;
    private final ForecastTotals<String> totals =
            new ForecastTotals<>(MAX_JSON_PROBLEMS, job -> job.model().name(), Routed::worstUsd);

    /** Creates a report to the terminal, as a table or as JSON. */
    public DryRunReport(Terminal terminal, boolean json) {
        out = terminal.out();
        this.json = json;
    }

    @Override
    public void add(LineLocation line, LineForecast forecast) {
        totals.add(line, forecast);
        if (!json && forecast instanceof Refused refused) {
            out.printf("%s %s%n", line.text(), problem(refused));
        }
    }

    private static String problem(Refused refused) {
        return refused.isLineError()
                ? refused.reason()
                : refused.error().code() + ": " + refused.reason();
    }

    /** Returns the names of the models to which jobs would be sent. */
    public Set<String> models() {
        return totals.groups().keySet();
    }

    @Override
    public boolean end() {
        if (json) {
            out.println(toJson());
        } else {
            printTable();
        }
        out.flush();
        return totals.refused() == 0;
    }

    private void printTable() {
        if (totals.refused() > 0) {
            out.println();
        }
        out.printf(
                Locale.ROOT,
                "  %,d lines, %,d with problems%n%n",
                totals.lines(),
                totals.refused());
        out.printf(
                "  %-20s %10s %14s %14s %16s %16s %10s%n",
                "model",
                "jobs",
                "tokens in ≈",
                "tokens out ≈",
                "USD expected",
                "USD worst case",
                "no bound");
        totals.groups().forEach(this::printModel);
        out.printf("%n  %s; no call made%n", totals.all().costPhrase());
    }

    private void printModel(String model, CostTotals costs) {
        out.printf(
                Locale.ROOT,
                "  %-20s %,10d %,14d %,14d %16s %16s %,10d%n",
                model,
                costs.jobs(),
                costs.inputTokens(),
                costs.outputTokens(),
                costs.expectedUsd(),
                costs.worstUsd(),
                costs.unbounded());
    }

    private String toJson() {
        var bytes = new ByteArrayOutputStream();
        try (JsonGenerator generator = JsonBytes.generator(bytes)) {
            generator.writeStartObject();
            generator.writeNumberProperty("lines", totals.lines());
            generator.writeNumberProperty("problem_lines", totals.refused());
            totals.all().writeTo(generator, WORST_CASE);
            generator.writeArrayPropertyStart("by_model");
            totals.groups().forEach((model, costs) -> write(generator, model, costs));
            generator.writeEndArray();
            generator.writeArrayPropertyStart("problems");
            totals.refusedLines().forEach(it -> write(generator, it));
            generator.writeEndArray();
            generator.writeEndObject();
        }
        return bytes.toString(StandardCharsets.UTF_8);
    }

    private static void write(JsonGenerator generator, String model, CostTotals costs) {
        generator.writeStartObject();
        generator.writeStringProperty("model", model);
        costs.writeTo(generator, WORST_CASE);
        generator.writeEndObject();
    }

    private static void write(JsonGenerator generator, RefusedLine refused) {
        generator.writeStartObject();
        generator.writeStringProperty("file", refused.line().file());
        generator.writeNumberProperty("line", refused.line().number());
        generator.writeStringProperty("problem", problem(refused.refusal()));
        generator.writeEndObject();
    }
}
