package dev.millrace.standalone.result;

import dev.millrace.contracts.json.JsonBytes;
import dev.millrace.gateway.figures.CostDimension;
import dev.millrace.gateway.figures.CostGroup;
import dev.millrace.gateway.figures.CostJson;
import dev.millrace.gateway.figures.CostReader;
import dev.millrace.gateway.figures.UsageFilter;
import dev.millrace.results.BatchKey;
import dev.millrace.results.query.QueryRunner;
import dev.millrace.standalone.client.PipelineClient;
import dev.millrace.standalone.console.ExitCode;
import dev.millrace.standalone.console.Terminal;
import dev.millrace.standalone.console.UserError;
import dev.millrace.standalone.option.DatabaseOptions;
import dev.millrace.standalone.option.SimulatedAnswers;
import dev.millrace.standalone.status.BudgetStatus;
import dev.millrace.standalone.status.BudgetText;
import dev.millrace.store.database.DatabaseException;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.InstantSource;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.time.format.DateTimeParseException;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.SequencedSet;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import tools.jackson.core.JsonGenerator;

/** {@code millrace costs}: adds up the stored costs. */
@Command(
        name = "costs",
        sortOptions = false,
        description =
                "Adds up jobs, tokens and costs by model or other properties, exactly, even of a"
                        + " stopped pipeline.")
public final class CostsCommand implements Callable<Integer> {
    @Option(
            names = "--by",
            paramLabel = "WORDS",
            defaultValue = "model",
            description =
                    "Any of tenant, model, provider, batch, day, hour (UTC), rule and arm, with"
                            + " commas; default: ${DEFAULT-VALUE}. With rule or arm, also shows errors"
                            + " and latency.")
    private String by = "model";

    @Option(names = "--tenant", paramLabel = "NAME", description = "Only jobs of this tenant.")
    private @Nullable String tenant;

    @Option(names = "--batch", paramLabel = "NAME", description = "Only jobs of this batch.")
    private @Nullable String batch;

    @Option(names = "--model", paramLabel = "NAME", description = "Only attempts at this model.")
    private @Nullable String model;

    @Option(
            names = "--from",
            paramLabel = "TIME",
            description =
                    "First time of an attempt, such as 2026-11-20 or 2026-11-20T06:00:00Z, in UTC.")
    private @Nullable String from;

    @Option(names = "--to", paramLabel = "TIME", description = "Time after the last attempt.")
    private @Nullable String to;

    @Option(names = "--json", description = "Print one JSON object a line.")
    private boolean asJson;

    @Mixin private DatabaseOptions databaseOptions = new DatabaseOptions();

    @Override
    public Integer call() {
        SequencedSet<CostDimension> dimensions = dimensions();
        var filter =
                new UsageFilter(
                        Optional.ofNullable(tenant),
                        Optional.ofNullable(batch),
                        Optional.ofNullable(model),
                        Optional.empty(),
                        instant("--from", from),
                        instant("--to", to));
        var out = Terminal.system().out();
        try (QueryRunner runner = QueryRunner.open(databaseOptions.jdbcUrl())) {
            var reader = new CostReader(runner);
            List<CostGroup> groups = reader.groups(filter, dimensions);
            if (asJson) {
                groups.forEach(group -> out.println(json(dimensions, group)));
            } else {
                CostText.of(dimensions, groups, reader.total(filter)).forEach(out::println);
                CostText.wrongPrices(dimensions, groups).forEach(out::println);
                exceeded().forEach(it -> out.println(BudgetText.of(it)));
            }
            if (groups.isEmpty() && batch != null) {
                String itsTenant = Objects.requireNonNullElse(tenant, BatchKey.DEFAULT_TENANT);
                Terminal.system()
                        .say(
                                "no costs of batch "
                                        + batch
                                        + SimulatedAnswers.batchHint(
                                                new BatchKey(itsTenant, batch)));
            }
            return ExitCode.OK;
        } catch (DatabaseException e) {
            throw DatabaseOptions.unreadable(e);
        }
    }

    /**
     * Returns the exceeded budgets of the tenant or batch that was asked for. The database knows no
     * limits, so there are none of a stopped pipeline.
     */
    private List<BudgetStatus> exceeded() {
        Optional<PipelineClient> client = databaseOptions.client();
        if (client.isEmpty()) {
            return List.of();
        }
        try {
            return BudgetStatus.exceeded(
                    client.get().read(),
                    InstantSource.system().instant(),
                    Optional.ofNullable(tenant),
                    Optional.ofNullable(batch));
        } catch (UserError e) {
            Terminal.system().say("The budgets are unknown: " + e.getMessage());
            return List.of();
        }
    }

    private SequencedSet<CostDimension> dimensions() {
        var dimensions = new LinkedHashSet<CostDimension>();
        for (String word : by.split(",", -1)) {
            dimensions.add(
                    Arrays.stream(CostDimension.values())
                            .filter(it -> it.word().equals(word))
                            .findFirst()
                            .orElseThrow(() -> wrongDimension(word)));
        }
        return dimensions;
    }

    private static UserError wrongDimension(String word) {
        return UserError.usage(
                "--by must name any of %s, with commas, was \"%s\""
                        .formatted(
                                Arrays.stream(CostDimension.values())
                                        .map(CostDimension::word)
                                        .collect(Collectors.joining(", ")),
                                word));
    }

    private static Optional<Instant> instant(String option, @Nullable String text) {
        if (text == null) {
            return Optional.empty();
        }
        try {
            return Optional.of(
                    text.contains("T")
                            ? Instant.parse(text)
                            : LocalDate.parse(text).atStartOfDay(ZoneOffset.UTC).toInstant());
        } catch (DateTimeParseException e) {
            throw UserError.usage(
                    "%s must be a day or a time such as 2026-11-20 or 2026-11-20T06:00:00Z, was \"%s\""
                            .formatted(option, text));
        }
    }

    private static String json(SequencedSet<CostDimension> dimensions, CostGroup group) {
        var out = new ByteArrayOutputStream();
        try (JsonGenerator json = JsonBytes.generator(out)) {
            json.writeStartObject();
            CostJson.write(json, dimensions, group);
            json.writeEndObject();
        }
        return out.toString(StandardCharsets.UTF_8);
    }
}
