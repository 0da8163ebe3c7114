package dev.millrace.standalone.forecast;

import dev.millrace.contracts.json.JsonBytes;
import dev.millrace.contracts.money.Usd;
import dev.millrace.contracts.policy.RoutedBy;
import dev.millrace.standalone.console.DurationText;
import dev.millrace.standalone.console.Terminal;
import dev.millrace.standalone.forecast.ForecastTotals.RefusedLine;
import dev.millrace.standalone.forecast.LineForecast.Refused;
import dev.millrace.standalone.forecast.LineForecast.Routed;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import tools.jackson.core.JsonGenerator;

/**
 * Report of a dry run, by model. Results of an earlier run correct the estimates. The table prints
 * each problem as soon as it is found; JSON lists the first problems in the one object at the end.
 */
public final class DryRunReport implements ForecastReport {
    private static final int MAX_JSON_PROBLEMS = 1_000;
    private static final int EXPECTED_DECIMALS = 9;
    private static final String WORST_CASE = "worst_case_cost_usd";

    private final PrintStream out;
    private final boolean json;
    private final EarlierResults earlier;
    private final Optional<String> off;
    private final Instant now;

    /** Numbers of the jobs for which the policy chose a model, by model. */
    private final Map<String, Long> autoJobs = new TreeMap<>();

    private final EarliestEnd earliest = new EarliestEnd();
    private final Map<String, Long> results = new HashMap<>();
    private final ForecastTotals<String> totals =
            new ForecastTotals<>(MAX_JSON_PROBLEMS, job -> job.model().name(), Routed::worstUsd);

    /**
     * Creates a report to the terminal, as a table or as JSON.
     *
     * @param earlier jobs of earlier runs
     * @param off describes the providers that are off, if any is
     * @param now time at which the jobs would start
     */
    public DryRunReport(
            Terminal terminal,
            boolean json,
            EarlierResults earlier,
            Optional<String> off,
            Instant now) {
        if (json) {
            off.ifPresent(terminal::say);
        }
        this.off = off;
        out = terminal.out();
        this.json = json;
        this.earlier = earlier;
        this.now = now;
    }

    @Override
    public void add(LineLocation line, LineForecast forecast) {
        totals.add(line, forecast);
        if (forecast instanceof Routed job && RoutedBy.of(job.routedBy()).isPresent()) {
            autoJobs.merge(job.model().name(), 1L, Long::sum);
        }
        if (forecast instanceof Routed job && line.jobId() != null) {
            earliest.add(job);
            earlier.add(line.jobId(), job.guess());
        }
        if (!json && forecast instanceof Refused refused) {
            out.printf("%s %s%n", line.text(), problem(refused));
        }
    }

    private static String problem(Refused refused) {
        return refused.isLineError()
                ? refused.reason()
                : refused.error().code() + ": " + refused.reason();
    }

    @Override
    public boolean end() {
        totals.groups().forEach(this::correct);
        if (json) {
            out.println(toJson());
        } else {
            printTable();
        }
        out.flush();
        return totals.refused() == 0;
    }

    private void correct(String model, CostTotals costs) {
        FileForecast.Expected expected = earlier.of(model);
        results.put(model, expected.results());
        if (expected.results() == 0) {
            return;
        }
        BigDecimal usd = expected.usd().setScale(EXPECTED_DECIMALS, RoundingMode.HALF_UP);
        BigDecimal moreUsd = usd.subtract(costs.usd());
        long moreTokens = Math.round(costs.outputTokens() * (expected.outputFactor() - 1));
        costs.correct(moreUsd, moreTokens);
        totals.all().correct(moreUsd, moreTokens);
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
        if (!totals.groups().isEmpty()) {
            out.println();
        }
        totals.groups().forEach(this::printBasis);
        printChoice();
        out.printf("%n  %s; no call made%n", totals.all().costPhrase());
        Instant end = expectedEnd();
        if (end.isAfter(now)) {
            out.printf("  expected end: %s or later%n", end.truncatedTo(ChronoUnit.SECONDS));
        }
    }

    /** Prints the models that jobs for {@code auto} get, and the providers that are off. */
    private void printChoice() {
        String auto =
                autoJobs.entrySet().stream()
                        .map(it -> it.getKey() + " for " + jobs(it.getValue()))
                        .collect(Collectors.joining(", "));
        String choice =
                Stream.concat(
                                Stream.of("auto uses " + auto).filter(_ -> !auto.isEmpty()),
                                off.stream())
                        .collect(Collectors.joining("; "));
        if (!choice.isEmpty()) {
            out.println("  " + choice);
        }
    }

    private static String jobs(long count) {
        return String.format(Locale.ROOT, "%,d %s", count, count == 1 ? "job" : "jobs");
    }

    /** Prints the basis of a model's figures. */
    private void printBasis(String model, CostTotals costs) {
        long known = results.getOrDefault(model, 0L);
        String expected =
                known == 0
                        ? "the kind of each task, since no job has a result"
                        : String.format(
                                Locale.ROOT,
                                "%,d %s of this data directory",
                                known,
                                known == 1 ? "result" : "results");
        String worst =
                costs.bounds().entrySet().stream()
                        .map(it -> bound(it.getKey(), it.getValue()))
                        .collect(Collectors.joining(", "));
        long seconds = Math.round(earliest.seconds(model));
        String time =
                seconds == 0
                        ? ""
                        : "; its limits take at least "
                                + DurationText.of(Duration.ofSeconds(seconds));
        out.printf(
                "  %s: expected from %s; worst case from %s%s%s%n",
                model, expected, worst, time, waits(model));
    }

    /** Returns what jobs that wait for a lower price would cost now. */
    private String waits(String model) {
        EarliestEnd.Waits waits = earliest.waits(model);
        return waits == null
                ? ""
                : String.format(
                        Locale.ROOT,
                        "; %s until %s for a lower price, which saves about %s USD",
                        waits.jobs() == 1 ? "1 job waits" : jobs(waits.jobs()) + " wait",
                        waits.until().truncatedTo(ChronoUnit.SECONDS),
                        Usd.text(waits.savedUsd()));
    }

    /** Returns the end by limits and cheaper hours, without the time of calls. */
    private Instant expectedEnd() {
        return earliest.of(now, _ -> 0, true);
    }

    private static String bound(OutputBound bound, long jobs) {
        return bound.words() + " of " + jobs(jobs);
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
            generator.writeStringProperty("expected_end", expectedEnd().toString());
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

    private void write(JsonGenerator generator, String model, CostTotals costs) {
        generator.writeStartObject();
        generator.writeStringProperty("model", model);
        costs.writeTo(generator, WORST_CASE);
        generator.writeNumberProperty("least_seconds", Math.round(earliest.seconds(model)));
        EarliestEnd.Waits waits = earliest.waits(model);
        if (waits != null) {
            generator.writeObjectPropertyStart("waits");
            generator.writeNumberProperty("jobs", waits.jobs());
            generator.writeStringProperty("until", waits.until().toString());
            generator.writeNumberProperty("saved_usd", Usd.normalised(waits.savedUsd()));
            generator.writeEndObject();
        }
        generator.writeObjectPropertyStart("rests_on");
        generator.writeNumberProperty("results", results.getOrDefault(model, 0L));
        costs.bounds().forEach((it, jobs) -> generator.writeNumberProperty(it.key(), jobs));
        generator.writeEndObject();
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
