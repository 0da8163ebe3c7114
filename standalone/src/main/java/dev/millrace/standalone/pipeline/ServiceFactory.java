package dev.millrace.standalone.pipeline;

import static java.util.stream.Collectors.joining;

import dev.millrace.broker.EmbeddedBrokerSettings;
import dev.millrace.configuration.MillraceConfig;
import dev.millrace.configuration.RecordSizes;
import dev.millrace.configuration.TopicPlan;
import dev.millrace.contracts.job.Lane;
import dev.millrace.contracts.kafka.KafkaClient;
import dev.millrace.contracts.service.Service;
import dev.millrace.contracts.topic.Topics;
import dev.millrace.contracts.trace.Traces;
import dev.millrace.router.Router;
import dev.millrace.router.RouterSettings;
import dev.millrace.sink.Sink;
import dev.millrace.sink.SinkSettings;
import dev.millrace.standalone.cluster.TopicAdmin;
import dev.millrace.standalone.console.KafkaFailure;
import dev.millrace.standalone.feature.Features;
import dev.millrace.standalone.trace.Tracing;
import dev.millrace.store.database.DatabaseException;
import dev.millrace.worker.Worker;
import dev.millrace.worker.WorkerSettings;
import dev.millrace.worker.job.CallFollower;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.InstantSource;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.function.Supplier;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.KafkaException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Starts the services from a configuration, and creates the topics. */
final class ServiceFactory {
    private static final Logger LOG = LoggerFactory.getLogger(ServiceFactory.class);
    static final String EMBEDDED_INSTANCE = "embedded";

    /** Starts a sink with webhooks; empty without the feature. */
    private static final List<SinkStart> WEBHOOKS = List.of(SinkWithWebhooks::start);

    private ServiceFactory() {}

    /**
     * Loads everything that the services need and that is independent of the cluster. Uses the time
     * in which the cluster creates topics, which is mostly a wait for the disk.
     */
    static void preload(PipelineSettings settings) {
        if (settings.has(PipelinePart.ROUTER)) {
            Router.preload();
        }
        if (settings.has(PipelinePart.WORKER)) {
            Worker.preload();
        }
    }

    /** Returns the size of the largest record batch that the embedded broker must accept. */
    static int maxRecordBytes(MillraceConfig config) {
        return Math.max(
                EmbeddedBrokerSettings.DEFAULT_MAX_RECORD_BYTES,
                RecordSizes.of(config.topics()).largest());
    }

    /**
     * Creates and adjusts the topics of the cluster. The router creates the topics of most lanes
     * with their first jobs. The lanes of gateway requests are created here: such requests are
     * critical and must not wait behind a backlog until their lane exists.
     */
    static void applyTopics(PipelineSettings settings, MillraceConfig config) {
        var client = KafkaClient.ADMIN.properties(config.kafka().orElseThrow().properties());
        Set<String> onDemand = new HashSet<>(TopicPlan.onDemand(config).keySet());
        if (settings.has(PipelinePart.GATEWAY)) {
            var topics = new Topics(config.topics().prefix());
            config.modelsInService()
                    .forEach(
                            it -> {
                                onDemand.remove(topics.jobs(it.name(), Lane.EXPRESS));
                                onDemand.remove(topics.jobs(it.name(), Lane.CRITICAL));
                            });
        }
        try (Admin admin = Admin.create(client)) {
            requireMatching(new TopicAdmin(admin).apply(TopicPlan.of(config), onDemand).refused());
        }
    }

    /**
     * Checks that every topic matches the configuration.
     *
     * @param refused for each refused topic, why it does not match and what to do
     */
    static void requireMatching(Map<String, String> refused) {
        if (!refused.isEmpty()) {
            throw new PipelineStartException(
                    new TreeMap<>(refused)
                            .entrySet().stream()
                                    .map(topic -> "\n  " + topic.getKey() + ": " + topic.getValue())
                                    .collect(
                                            joining(
                                                    "",
                                                    "These topics do not match the configuration:",
                                                    "")));
        }
    }

    static Service service(
            PipelinePart part, PipelineSettings settings, MillraceConfig config, Tracing tracing) {
        return switch (part) {
            case ROUTER -> router(settings, config, tracing.traces());
            case WORKER -> worker(settings, config, tracing.calls());
            case SINK -> sink(settings, config, tracing.traces());
            case RETRIEVAL -> RetrievalStart.service(settings, config);
            case BROKER, SIMULATOR, GATEWAY ->
                    throw new IllegalArgumentException(part + " is not a service");
        };
    }

    private static Service worker(
            PipelineSettings settings, MillraceConfig config, CallFollower calls) {
        var random = new SplittableRandom();
        // One process at a time owns the data directory, so successive workers can share a name.
        String instance =
                settings.has(PipelinePart.BROKER) && config.worker().instance().isEmpty()
                        ? EMBEDDED_INSTANCE
                        : WorkerSettings.configuredOrUnique(config, random);
        return Worker.start(
                new WorkerSettings(
                        config.withUncallableProvidersOff(),
                        settings.meters(),
                        InstantSource.system(),
                        System::nanoTime,
                        random,
                        settings.acceptResend(),
                        instance,
                        settings.sharesLimits(),
                        Features.TRANSLATIONS,
                        calls));
    }

    private static Service router(PipelineSettings settings, MillraceConfig config, Traces traces) {
        var state = settings.requireData().streams();
        var router =
                settings.has(PipelinePart.BROKER)
                        ? RouterSettings.embedded(config, state)
                        : RouterSettings.of(config, state);
        return Router.start(
                router.with(
                        settings.acceptResend(),
                        Pipeline.heapShare(settings.parts()),
                        Features.TRANSLATIONS,
                        traces),
                settings.meters(),
                InstantSource.system());
    }

    private static Service sink(PipelineSettings settings, MillraceConfig config, Traces traces) {
        String jdbcUrl =
                Pipeline.keepsFiles(PipelinePart.SINK, config)
                        ? Pipeline.jdbcUrl(config, settings.requireData())
                        : config.sink().jdbcUrl();
        Supplier<Sink> sink = () -> sink(settings, config, jdbcUrl, traces);
        return config.sink().webhooks().isEmpty()
                ? sink.get()
                : withWebhooks(WEBHOOKS).start(sink, jdbcUrl, config, settings.meters());
    }

    /** Returns the start of a sink with webhooks, which the configuration has. */
    static SinkStart withWebhooks(List<SinkStart> features) {
        return features.stream()
                .findFirst()
                .orElseThrow(
                        () ->
                                new PipelineStartException(
                                        "sink.webhooks needs the feature \"webhooks\", which this"
                                                + " installation does not have"));
    }

    private static Sink sink(
            PipelineSettings settings, MillraceConfig config, String jdbcUrl, Traces traces) {
        try {
            return Sink.start(
                    new SinkSettings(
                            traces.followedBySink(config.kafka().orElseThrow()).properties(),
                            new Topics(config.topics().prefix()),
                            jdbcUrl,
                            config.sink().retention(),
                            settings.meters(),
                            InstantSource.system(),
                            System::nanoTime,
                            outcomes -> {
                                traces.onStored();
                                settings.listener().onStored(outcomes);
                            },
                            Pipeline.heapShare(settings.parts())));
        } catch (DatabaseException e) {
            throw new PipelineStartException(
                    "The sink cannot use its database: " + e.getMessage(), e);
        }
    }

    /** Starts a sink with something beside it. */
    interface SinkStart {
        Service start(
                Supplier<Sink> sink, String jdbcUrl, MillraceConfig config, MeterRegistry meters);
    }

    /** Returns an exception that explains a failed start to the user. */
    static PipelineStartException failure(Throwable thrown) {
        Throwable cause = thrown;
        while ((cause instanceof ExecutionException || cause instanceof CompletionException)
                && cause.getCause() != null) {
            cause = cause.getCause();
        }
        if (thrown instanceof InterruptedException) {
            Thread.currentThread().interrupt();
        }
        return cause instanceof PipelineStartException failure
                ? failure
                : new PipelineStartException(message(cause), cause);
    }

    private static String message(Throwable cause) {
        return switch (cause) {
            case Error _ -> "Cannot start the pipeline: " + cause;
            case KafkaException kafka -> KafkaFailure.describe(kafka);
            default -> String.valueOf(cause.getMessage());
        };
    }

    static void logCloseFailure(Exception e) {
        LOG.atWarn().setCause(e).log("cannot close a part after a failed start");
    }
}
