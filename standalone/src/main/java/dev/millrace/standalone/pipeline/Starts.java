package dev.millrace.standalone.pipeline;

import dev.millrace.broker.EmbeddedBrokerSettings;
import dev.millrace.contracts.config.KafkaClient;
import dev.millrace.contracts.config.MillraceConfig;
import dev.millrace.contracts.config.ProviderConfig;
import dev.millrace.contracts.service.Service;
import dev.millrace.contracts.topic.RecordSizes;
import dev.millrace.contracts.topic.TopicPlan;
import dev.millrace.contracts.topic.Topics;
import dev.millrace.router.Router;
import dev.millrace.router.RouterSettings;
import dev.millrace.simulator.Simulator;
import dev.millrace.simulator.settings.SimulatorSettings;
import dev.millrace.sink.Sink;
import dev.millrace.sink.SinkSettings;
import dev.millrace.sink.database.DatabaseException;
import dev.millrace.standalone.console.KafkaFailure;
import dev.millrace.standalone.topics.TopicAdmin;
import dev.millrace.standalone.topics.TopicsApplied;
import dev.millrace.worker.Worker;
import dev.millrace.worker.WorkerSettings;
import java.net.URI;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.KafkaException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** How each part is started from a configuration. */
final class Starts {
    private static final Logger LOG = LoggerFactory.getLogger(Starts.class);
    private static final String LOOPBACK = "127.0.0.1";
    private static final String EMBEDDED = "embedded";

    private Starts() {}

    /** The built-in simulator, where a provider that is used is one; null otherwise. */
    static @Nullable Simulator simulator(PipelineSettings settings) {
        Optional<ProviderConfig> provider =
                settings.config().providers().values().stream()
                        .filter(each -> each.simulator().isPresent())
                        .findFirst();
        if (provider.isEmpty() || !settings.has(Part.SIMULATOR)) {
            return null;
        }
        var json = provider.get().simulator().orElseThrow();
        return Simulator.start(SimulatorSettings.parse(json), LOOPBACK, 0);
    }

    static MillraceConfig withSimulatorAt(MillraceConfig config, URI address) {
        MillraceConfig located = config;
        for (Map.Entry<String, ProviderConfig> provider : config.providers().entrySet()) {
            if (provider.getValue().simulator().isPresent()) {
                located = located.withProvider(provider.getKey(), provider.getValue().at(address));
            }
        }
        return located;
    }

    /** The largest record batch that the embedded broker must take. */
    static int maxRecordBytes(MillraceConfig config) {
        return Math.max(
                EmbeddedBrokerSettings.DEFAULT_MAX_RECORD_BYTES,
                RecordSizes.of(config.topics()).largest());
    }

    /** Makes the cluster's topics as the configuration says. */
    static void applyTopics(MillraceConfig config) {
        var client = KafkaClient.ADMIN.properties(config.kafka().orElseThrow().properties());
        try (Admin admin = Admin.create(client)) {
            TopicsApplied applied = new TopicAdmin(admin).apply(TopicPlan.of(config));
            if (!applied.refused().isEmpty()) {
                throw new StartFailure(
                        "topics are not as they must be: " + applied.refused(),
                        new IllegalStateException());
            }
        }
    }

    static Service service(Part part, PipelineSettings settings, MillraceConfig config) {
        return switch (part) {
            case ROUTER -> router(settings, config);
            case WORKER -> worker(settings, config);
            case SINK -> sink(settings, config);
            case BROKER, SIMULATOR -> throw new IllegalArgumentException(part + " is no service");
        };
    }

    private static Service worker(PipelineSettings settings, MillraceConfig config) {
        var random = new SplittableRandom();
        // The data directory belongs to one process, so one name serves all that follow each other.
        String instance =
                settings.has(Part.BROKER) && config.worker().instance().isEmpty()
                        ? EMBEDDED
                        : WorkerSettings.configuredOrUnique(config, random);
        return Worker.start(
                new WorkerSettings(
                        config,
                        settings.meters(),
                        InstantSource.system(),
                        System::nanoTime,
                        random,
                        settings.acceptResend(),
                        instance));
    }

    private static Service router(PipelineSettings settings, MillraceConfig config) {
        var state = settings.folder().streams();
        var router =
                settings.has(Part.BROKER)
                        ? RouterSettings.embedded(config, state)
                        : RouterSettings.of(config, state);
        return Router.start(
                router.within(Pipeline.heapShare(settings.parts())),
                settings.meters(),
                InstantSource.system());
    }

    private static Service sink(PipelineSettings settings, MillraceConfig config) {
        try {
            return Sink.start(
                    new SinkSettings(
                            config.kafka().orElseThrow().properties(),
                            new Topics(config.topics().prefix()),
                            Pipeline.keepsFiles(Part.SINK, config)
                                    ? Pipeline.jdbcUrl(config, settings.folder())
                                    : config.sink().jdbcUrl(),
                            settings.meters(),
                            InstantSource.system(),
                            settings.listener(),
                            Pipeline.heapShare(settings.parts())));
        } catch (DatabaseException e) {
            throw new StartFailure("The sink cannot use its database: " + e.getMessage(), e);
        }
    }

    /** What a user is told of a failed start. */
    static StartFailure failure(Throwable thrown) {
        Throwable cause = thrown;
        while ((cause instanceof ExecutionException || cause instanceof CompletionException)
                && cause.getCause() != null) {
            cause = cause.getCause();
        }
        if (thrown instanceof InterruptedException) {
            Thread.currentThread().interrupt();
        }
        return cause instanceof StartFailure failure
                ? failure
                : new StartFailure(message(cause), cause);
    }

    private static String message(Throwable cause) {
        return switch (cause) {
            case Error _ -> "The pipeline could not be started: " + cause;
            case KafkaException kafka -> KafkaFailure.describe(kafka);
            default -> String.valueOf(cause.getMessage());
        };
    }

    static void logCloseFailure(Exception e) {
        LOG.atWarn().setCause(e).log("a part did not close after a failed start");
    }
}
