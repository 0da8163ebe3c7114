package dev.millrace.standalone.run;

import dev.millrace.contracts.json.JsonBytes;
import dev.millrace.standalone.console.Terminal;
import dev.millrace.standalone.forecast.Destiny;
import dev.millrace.standalone.forecast.Line;
import dev.millrace.standalone.forecast.Report;
import dev.millrace.standalone.forecast.Sums;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import tools.jackson.core.JsonGenerator;

/**
 * The report of a dry run. For people, problems are printed as they are met; for machines, the
 * first of them stand in one object at the end.
 */
final class DryReport implements Report {
    private static final int MAX_JSON_PROBLEMS = 1_000;
    private static final String WORST_CASE = "worst_case_cost_usd";

    private final Terminal terminal;
    private final boolean json;
    private final ByteArrayOutputStream problems = new ByteArrayOutputStream();
    private final JsonGenerator problemsJson = JsonBytes.generator(problems);
    private final SortedMap<String, Sums> models = new TreeMap<>();
    private final Sums all = new Sums();
    private long lines;
    private long problemCount;

    private DryReport(Terminal terminal, boolean json) {
        this.terminal = terminal;
        this.json = json;
        problemsJson.writeStartArray();
    }

    static DryReport text(Terminal terminal) {
        return new DryReport(terminal, false);
    }

    static DryReport json(Terminal terminal) {
        return new DryReport(terminal, true);
    }

    @Override
    public void add(Line line, Destiny destiny) {
        lines++;
        switch (destiny) {
            case Destiny.Refused refused -> onProblem(line, problem(refused));
            case Destiny.Routed job -> onJob(job);
        }
    }

    private static String problem(Destiny.Refused refused) {
        return refused.isOfTheLine()
                ? refused.reason()
                : refused.error().code() + ": " + refused.reason();
    }

    private void onProblem(Line line, String problem) {
        problemCount++;
        if (!json) {
            terminal.out().printf("%s %s%n", line.place(), problem);
        } else if (problemCount <= MAX_JSON_PROBLEMS) {
            problemsJson.writeStartObject();
            problemsJson.writeStringProperty("file", line.file());
            problemsJson.writeNumberProperty("line", line.number());
            problemsJson.writeStringProperty("problem", problem);
            problemsJson.writeEndObject();
        }
    }

    private void onJob(Destiny.Routed job) {
        all.add(job, job.worstUsd());
        models.computeIfAbsent(job.model().name(), _ -> new Sums()).add(job, job.worstUsd());
    }

    /** The models that jobs would be sent to. */
    Set<String> models() {
        return models.keySet();
    }

    /** Prints what was found; tells whether no line has a problem. */
    @Override
    public boolean end() {
        problemsJson.writeEndArray();
        problemsJson.close();
        if (json) {
            terminal.out().println(toJson());
        } else {
            printTable();
        }
        terminal.out().flush();
        return problemCount == 0;
    }

    private void printTable() {
        if (problemCount > 0) {
            terminal.out().println();
        }
        terminal.out()
                .printf(Locale.ROOT, "  %,d lines, %,d with problems%n%n", lines, problemCount);
        terminal.out()
                .printf(
                        "  %-20s %10s %14s %14s %16s %16s %10s%n",
                        "model",
                        "jobs",
                        "tokens in ≈",
                        "tokens out ≈",
                        "USD expected",
                        "USD worst case",
                        "no bound");
        models.forEach(this::printModel);
        terminal.out().printf("%n  %s; no call made%n", all.costPhrase());
    }

    private void printModel(String model, Sums sums) {
        terminal.out()
                .printf(
                        Locale.ROOT,
                        "  %-20s %,10d %,14d %,14d %16s %16s %,10d%n",
                        model,
                        sums.jobs(),
                        sums.inputTokens(),
                        sums.outputTokens(),
                        sums.expectedUsd(),
                        sums.worstUsd(),
                        sums.unbounded());
    }

    private String toJson() {
        var out = new ByteArrayOutputStream();
        try (JsonGenerator generator = JsonBytes.generator(out)) {
            generator.writeStartObject();
            generator.writeNumberProperty("lines", lines);
            generator.writeNumberProperty("problem_lines", problemCount);
            all.writeTo(generator, WORST_CASE);
            generator.writeArrayPropertyStart("by_model");
            models.forEach((model, sums) -> write(generator, model, sums));
            generator.writeEndArray();
            generator.writeName("problems");
            generator.writeRawValue(problems.toString(StandardCharsets.UTF_8));
            generator.writeEndObject();
        }
        return out.toString(StandardCharsets.UTF_8);
    }

    private static void write(JsonGenerator generator, String model, Sums sums) {
        generator.writeStartObject();
        generator.writeStringProperty("model", model);
        sums.writeTo(generator, WORST_CASE);
        generator.writeEndObject();
    }
}
