package dev.millrace.standalone.cli.control;

import dev.millrace.contracts.catalog.Catalog;
import dev.millrace.contracts.config.KafkaConfig;
import dev.millrace.contracts.config.MillraceConfig;
import dev.millrace.contracts.config.TopicsConfig;
import dev.millrace.contracts.config.loading.ConfigLoader;
import dev.millrace.contracts.policy.Policy;
import dev.millrace.standalone.cli.choice.ConfigChoice;
import dev.millrace.standalone.console.UserError;
import dev.millrace.standalone.control.ControlledCluster;
import dev.millrace.standalone.control.Stamp;
import dev.millrace.standalone.data.DataDirectory;
import dev.millrace.standalone.log.Logging;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Which pipeline a command steers or looks at, and by whose configuration it reads names. */
public final class ClusterChoice {
    private static final Path USUAL_DIRECTORY = Path.of(".millrace");

    @Option(
            names = "--bootstrap-server",
            paramLabel = "HOST:PORT",
            description = "The cluster; default: the kafka block of the configuration.")
    private @Nullable String bootstrapServer;

    @Option(
            names = "--prefix",
            paramLabel = "PREFIX",
            description =
                    "What the names of its topics begin with; default: that of the configuration.")
    private @Nullable String prefix;

    @Option(
            names = "--data-dir",
            paramLabel = "DIR",
            description =
                    "The data directory of a running embedded pipeline; default: .millrace, unless"
                            + " there is a cluster.")
    private @Nullable Path dataDirectory;

    @Mixin private ConfigChoice configChoice = new ConfigChoice();

    private @Nullable MillraceConfig config;
    private boolean hasLooked;

    /** Made for a command. */
    public ClusterChoice() {}

    /**
     * The cluster that was named, that of the configuration, or that of an embedded pipeline.
     *
     * @throws UserError when there is none
     */
    public ControlledCluster cluster() {
        Logging.quietConnections();
        return new ControlledCluster(kafka(), topics().prefix());
    }

    /** The configuration that was named, or that of this folder if there is one. */
    public Optional<MillraceConfig> config() {
        if (!hasLooked) {
            hasLooked = true;
            config = configChoice.loadIfThere().orElse(null);
        }
        return Optional.ofNullable(config);
    }

    /** The models of the configuration, otherwise those that come with Millrace. */
    Catalog catalog() {
        return config().map(MillraceConfig::catalog).orElseGet(Catalog::shipped);
    }

    /**
     * The policies of the configuration; without one those that an embedded pipeline has, and of a
     * cluster none are known.
     */
    Map<String, Policy> policies() {
        return config().or(
                        () ->
                                bootstrapServer == null
                                        ? Optional.of(ConfigLoader.defaults())
                                        : Optional.empty())
                .map(MillraceConfig::policies)
                .orElseGet(Map::of);
    }

    /** The policy that is asked for jobs that leave the choice. */
    String defaultPolicy() {
        return config().orElseGet(ConfigLoader::defaults).router().defaultPolicy();
    }

    /** What is written beside a change that is made now by whoever runs this. */
    static Stamp stamp(@Nullable String note) {
        return new Stamp(
                InstantSource.system().instant(),
                System.getProperty("user.name", "unknown"),
                Optional.ofNullable(note));
    }

    /**
     * Returns how to reach the cluster.
     *
     * @throws UserError when no cluster is named and no embedded pipeline runs in the folder
     */
    public KafkaConfig kafka() {
        if (bootstrapServer != null) {
            return at(bootstrapServer);
        }
        if (dataDirectory == null) {
            Optional<KafkaConfig> configured = config().flatMap(MillraceConfig::kafka);
            if (configured.isPresent()) {
                return configured.get();
            }
        }
        Path directory = dataDirectory == null ? USUAL_DIRECTORY : dataDirectory;
        return DataDirectory.announced(directory)
                .map(KafkaConfig::of)
                .orElseThrow(
                        () ->
                                UserError.usage(
                                        "Which pipeline? No embedded one runs in "
                                                + directory
                                                + ". Name its folder with --data-dir, or a cluster"
                                                + " with --bootstrap-server or in the kafka block"
                                                + " of a configuration."));
    }

    /** Returns the cluster at this address, with the client properties of a named configuration. */
    private KafkaConfig at(String servers) {
        var properties = new HashMap<String, String>();
        if (configChoice.isNamed()) {
            config().flatMap(MillraceConfig::kafka)
                    .ifPresent(it -> properties.putAll(it.properties()));
        }
        properties.put("bootstrap.servers", servers);
        return new KafkaConfig(properties);
    }

    /** Returns how the topics are named and how large their records may be. */
    public TopicsConfig topics() {
        TopicsConfig topics = config().map(MillraceConfig::topics).orElse(TopicsConfig.CLUSTER);
        return prefix == null ? topics : topics.withPrefix(prefix);
    }
}
