package dev.millrace.standalone.run;

import dev.millrace.contracts.json.JsonBytes;
import dev.millrace.contracts.money.Price;
import dev.millrace.contracts.money.TokenUsage;
import dev.millrace.contracts.money.Usd;
import dev.millrace.standalone.console.Terminal;
import dev.millrace.standalone.forecast.Destiny;
import dev.millrace.standalone.forecast.Line;
import dev.millrace.standalone.forecast.Report;
import java.io.ByteArrayOutputStream;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.OptionalLong;
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

    private final Terminal terminal;
    private final boolean json;
    private final ByteArrayOutputStream problems = new ByteArrayOutputStream();
    private final JsonGenerator problemsJson = JsonBytes.generator(problems);
    private final SortedMap<String, Estimate> models = new TreeMap<>();
    private long lines;
    private long problemCount;

    private static final class Estimate {
        private long jobs;
        private long input;
        private long output;
        private long unbounded;
        private BigDecimal least = BigDecimal.ZERO;
        private BigDecimal most = BigDecimal.ZERO;
    }

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

    /** From the input alone to the most output, as far as it is bounded. */
    private void onJob(Destiny.Routed job) {
        long input = job.inputTokens();
        OptionalLong output = job.profile().outputTokens(job.model()).atMost();
        Price price = job.model().price();
        Estimate estimate = models.computeIfAbsent(job.model().name(), _ -> new Estimate());
        estimate.jobs++;
        estimate.input += input;
        estimate.output += output.orElse(0);
        estimate.unbounded += output.isPresent() ? 0 : 1;
        estimate.least = estimate.least.add(price.costOf(TokenUsage.of(input, 0)));
        estimate.most = estimate.most.add(price.costOf(TokenUsage.of(input, output.orElse(0))));
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

    private BigDecimal least() {
        return models.values().stream()
                .map(it -> it.least)
                .reduce(BigDecimal.ZERO, BigDecimal::add);
    }

    private BigDecimal most() {
        return models.values().stream().map(it -> it.most).reduce(BigDecimal.ZERO, BigDecimal::add);
    }

    /** Jobs of which nothing limits the output. */
    private long unbounded() {
        return models.values().stream().mapToLong(it -> it.unbounded).sum();
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
                        "tokens out ≤",
                        "USD from ≈",
                        "USD to ≈",
                        "no bound");
        models.forEach(
                (model, it) ->
                        terminal.out()
                                .printf(
                                        Locale.ROOT,
                                        "  %-20s %,10d %,14d %,14d %16s %16s %,10d%n",
                                        model,
                                        it.jobs,
                                        it.input,
                                        it.output,
                                        Usd.text(it.least),
                                        Usd.text(it.most),
                                        it.unbounded));
        terminal.out()
                .printf(
                        "%n  cost: %s to %s USD, no call made%n",
                        Usd.text(least()), Usd.text(most()));
    }

    private String toJson() {
        var out = new ByteArrayOutputStream();
        try (JsonGenerator generator = JsonBytes.generator(out)) {
            generator.writeStartObject();
            generator.writeNumberProperty("lines", lines);
            generator.writeNumberProperty("problem_lines", problemCount);
            generator.writeNumberProperty("cost_usd_from", least());
            generator.writeNumberProperty("cost_usd_to", most());
            generator.writeNumberProperty("unbounded_jobs", unbounded());
            generator.writeArrayPropertyStart("by_model");
            models.forEach((model, estimate) -> write(generator, model, estimate));
            generator.writeEndArray();
            generator.writeName("problems");
            generator.writeRawValue(problems.toString(StandardCharsets.UTF_8));
            generator.writeEndObject();
        }
        return out.toString(StandardCharsets.UTF_8);
    }

    private static void write(JsonGenerator generator, String model, Estimate estimate) {
        generator.writeStartObject();
        generator.writeStringProperty("model", model);
        generator.writeNumberProperty("jobs", estimate.jobs);
        generator.writeNumberProperty("input_tokens", estimate.input);
        generator.writeNumberProperty("max_output_tokens", estimate.output);
        generator.writeNumberProperty("cost_usd_from", estimate.least);
        generator.writeNumberProperty("cost_usd_to", estimate.most);
        generator.writeNumberProperty("unbounded_jobs", estimate.unbounded);
        generator.writeEndObject();
    }
}
