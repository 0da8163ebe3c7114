package dev.millrace.standalone.batch;

import dev.millrace.configuration.MillraceConfig;
import dev.millrace.contracts.catalog.Catalog;
import dev.millrace.contracts.control.ControlKey.BatchLimit;
import dev.millrace.contracts.job.Names;
import dev.millrace.contracts.job.ParseResult;
import dev.millrace.contracts.job.RequestLine;
import dev.millrace.contracts.kafka.KafkaConfig;
import dev.millrace.contracts.trace.Traces;
import dev.millrace.contracts.waiting.Waiting;
import dev.millrace.gateway.serving.RunningServices;
import dev.millrace.producer.ParsedLine;
import dev.millrace.producer.ProducerSettings;
import dev.millrace.results.BatchKey;
import dev.millrace.router.policy.ActivePolicy;
import dev.millrace.standalone.client.LocalUser;
import dev.millrace.standalone.cluster.KafkaFutures;
import dev.millrace.standalone.cluster.TopicAdminException;
import dev.millrace.standalone.console.ExitCode;
import dev.millrace.standalone.console.Terminal;
import dev.millrace.standalone.feature.Features;
import dev.millrace.standalone.forecast.AdmissionOption;
import dev.millrace.standalone.forecast.EarlierResults;
import dev.millrace.standalone.forecast.Forecast;
import dev.millrace.standalone.forecast.ForecastReport;
import dev.millrace.standalone.option.BatchFileArguments;
import dev.millrace.standalone.option.BuyOption;
import dev.millrace.standalone.option.ClusterOptions;
import dev.millrace.standalone.option.NameOptions;
import dev.millrace.standalone.option.UsdAmount;
import dev.millrace.standalone.trace.Tracing;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.io.InputStream;
import java.math.BigDecimal;
import java.time.Instant;
import java.time.InstantSource;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code millrace submit}: publishes batch files to a running pipeline. */
@Command(
        name = "submit",
        sortOptions = false,
        description = "Publishes batch files to the request topic of a running pipeline.",
        footer = {
            "",
            "A malformed line is reported and published anyway, so that the pipeline accounts for"
                    + " it."
        },
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {
            "0:no line has a problem",
            "1:the command failed",
            "2:wrong usage or configuration",
            "3:some lines have a problem"
        })
public final class SubmitCommand implements Callable<Integer> {
    private static final Logger LOG = LoggerFactory.getLogger(SubmitCommand.class);

    /** Models beyond this number are not looked at, so that memory stays bounded. */
    private static final int MAX_MODELS = 1_000;

    @Mixin private BatchFileArguments batchFiles = new BatchFileArguments();

    @Mixin private ClusterOptions clusterOptions = new ClusterOptions();

    @Option(
            names = "--topic",
            paramLabel = "TOPIC",
            description = "The request topic; default: the topic prefix followed by \"requests\".")
    private @Nullable String topic;

    @Option(
            names = "--batch",
            paramLabel = "NAME",
            description =
                    "Batch of every line; default: the batch that a line names, or else the file"
                            + " name.")
    private @Nullable String batch;

    @Option(
            names = "--max-cost-usd",
            paramLabel = "USD",
            converter = UsdAmount.class,
            description =
                    "Limit for the cost of each batch of each tenant, such as 2.50. Then the other"
                            + " jobs wait, unless the configuration rejects them.")
    private @Nullable BigDecimal maxCostUsd;

    @Mixin private BuyOption buyOption = new BuyOption();

    @Mixin private AdmissionOption admission = new AdmissionOption();

    @Option(names = "--check", description = "Only validate. Publishes nothing, needs no cluster.")
    private boolean check;

    /** Batches that are named after the last line; lines can name any number. */
    private static final int MAX_BATCHES = 10;

    /** The first batches of published lines, one more than are named. */
    private final Set<BatchKey> batches = new LinkedHashSet<>();

    /** The models that published lines name. */
    private final Set<String> models = new TreeSet<>();

    @Override
    public Integer call() throws IOException {
        admission.check();
        ProducerSettings target = target();
        Terminal terminal = Terminal.system();
        requireTime(target, terminal);
        var report = new LineProblemReport(terminal);
        if (check) {
            int maxLineBytes = target.maxRequestBytes();
            batchFiles.forEach((file, in) -> report.read(file, in, maxLineBytes, _ -> {}));
        } else {
            try (Traces traces = traces();
                    var publication = Publication.connect(followed(target, traces), terminal)) {
                BatchLimitWriter limits = limitWriter();
                batchFiles.forEach(
                        (file, in) -> submit(file, in, target, report, publication, limits));
            }
        }
        report.end(check ? "checked" : "published");
        if (!check) {
            names(batches).forEach(terminal.out()::println);
            missing(target.topic()).forEach(it -> terminal.say("the lines wait: " + it.value()));
        }
        return report.isClean() ? ExitCode.OK : ExitCode.SOME_FAILED;
    }

    private Traces traces() {
        return clusterOptions
                .config()
                .map(it -> Features.tracing(it, new SimpleMeterRegistry(), InstantSource.system()))
                .orElse(Tracing.OFF)
                .traces();
    }

    private static ProducerSettings followed(ProducerSettings target, Traces traces) {
        var clients = new KafkaConfig(target.kafka());
        return target.withKafka(traces.followed(clients).properties());
    }

    /**
     * Refuses, or reports, a deadline that the limits of the configured models do not allow. Says
     * so if a file can be read only once.
     */
    private void requireTime(ProducerSettings target, Terminal terminal) throws IOException {
        Optional<MillraceConfig> config = clusterOptions.config();
        if (target.defaults().deadline() == null || config.isEmpty()) {
            return;
        }
        if (!batchFiles.canBeReadTwice()) {
            terminal.say("limits of models are not checked: not every input is a regular file");
            return;
        }
        Instant now = InstantSource.system().instant();
        admission.require(
                target.defaults().deadline(),
                now,
                new EarlierResults(_ -> List.of()),
                report -> forecast(config.get(), target, now, report),
                terminal);
    }

    private void forecast(
            MillraceConfig config, ProducerSettings target, Instant now, ForecastReport report)
            throws IOException {
        try (var forecast =
                new Forecast(
                        config,
                        ActivePolicy.configured(config),
                        target.boundTenant(),
                        now,
                        report,
                        target.defaults(),
                        target.batchLimitUsd() != null)) {
            batchFiles.forEach(forecast::read);
        }
    }

    /** Names batches as other commands need them, and says that there are more. */
    static List<String> names(Set<BatchKey> batches) {
        return Stream.concat(
                        batches.stream()
                                .limit(MAX_BATCHES)
                                .map(it -> "batch " + it.batch() + " of tenant " + it.tenant()),
                        batches.size() > MAX_BATCHES
                                ? Stream.of("and further batches")
                                : Stream.empty())
                .toList();
    }

    private void onPublished(ParsedLine line) {
        if (line.parsed() instanceof ParseResult.Accepted(RequestLine accepted)
                && models.size() < MAX_MODELS) {
            models.add(accepted.model());
        }
    }

    /** Returns the services that the published lines lack; none if they are unknown. */
    private List<Waiting> missing(String topic) {
        if (models.isEmpty()) {
            return List.of();
        }
        var client = clusterOptions.client();
        try (Admin admin = client.admin()) {
            Catalog catalog = clusterOptions.catalog();
            return KafkaFutures.get(
                            "Looking for routers and workers",
                            RunningServices.read(admin, client.topics(), catalog))
                    .missing(Optional.of(topic), models, catalog);
        } catch (TopicAdminException e) {
            // Users who may only publish cannot see the groups.
            LOG.atDebug().addKeyValue("problem", e.getMessage()).log("services are unknown");
            return List.of();
        }
    }

    /**
     * Publishes all lines of a file and waits for their acknowledgement. Publishes the manifests
     * last, so that they count only published lines.
     */
    private void submit(
            String file,
            InputStream in,
            ProducerSettings target,
            LineProblemReport report,
            Publication publication,
            @Nullable BatchLimitWriter limits)
            throws IOException {
        var counter = new SubmissionCounter();
        Instant start = InstantSource.system().instant();
        report.read(
                file,
                in,
                target.maxRequestBytes(),
                line -> {
                    String lineBatch = batchOf(line, file);
                    var budget =
                            new BatchLimit(
                                    line.tenant(target.boundTenant()), line.batch(lineBatch));
                    if (limits != null) {
                        limits.write(Set.of(budget));
                    }
                    counter.onLine(budget.tenant(), budget.batch(), line.model());
                    if (batches.size() <= MAX_BATCHES) {
                        batches.add(new BatchKey(budget.tenant(), budget.batch()));
                    }
                    onPublished(line);
                    publication.publish(line, lineBatch, line.source().number());
                });
        publication.finish();
        if (publication.hasManifests()) {
            String submission = UUID.randomUUID().toString();
            publication.announce(counter.manifests(submission, file, start, LocalUser.name()));
        }
    }

    /** Returns the batch of a line; null for the batch that the line names. */
    private @Nullable String batchOf(ParsedLine line, String file) {
        if (batch != null) {
            return batch;
        }
        if (line.options().batch() != null) {
            return null;
        }
        return Names.isBatch(file) ? file : BatchNames.ofFile(file);
    }

    private @Nullable BatchLimitWriter limitWriter() {
        return maxCostUsd == null
                ? null
                : new BatchLimitWriter(
                        clusterOptions.client(),
                        ClusterOptions.limit(maxCostUsd),
                        RandomGenerator.getDefault());
    }

    /** Returns the topic, limits and cluster that the options select; no cluster for a check. */
    ProducerSettings target() {
        if (batch != null) {
            var _ = NameOptions.batch(batch);
        }
        return clusterOptions.producer(
                topic, !check, maxCostUsd, buyOption.defaults(InstantSource.system().instant()));
    }
}
