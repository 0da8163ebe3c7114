package dev.millrace.standalone.option;

import dev.millrace.configuration.MillraceConfig;
import dev.millrace.configuration.RequestTopicConfig;
import dev.millrace.configuration.TopicsConfig;
import dev.millrace.configuration.loading.ConfigLoader;
import dev.millrace.contracts.budget.BudgetLimit;
import dev.millrace.contracts.catalog.Catalog;
import dev.millrace.contracts.catalog.Model;
import dev.millrace.contracts.header.SubmissionHeaders;
import dev.millrace.contracts.kafka.KafkaConfig;
import dev.millrace.contracts.memory.HeapShare;
import dev.millrace.contracts.policy.Policy;
import dev.millrace.contracts.topic.KeyPartitions;
import dev.millrace.contracts.topic.Topics;
import dev.millrace.producer.ProducerSettings;
import dev.millrace.results.ResultStore;
import dev.millrace.standalone.client.BrokerProbe;
import dev.millrace.standalone.client.ChangeMetadata;
import dev.millrace.standalone.client.LocalUser;
import dev.millrace.standalone.client.PipelineClient;
import dev.millrace.standalone.console.UserError;
import dev.millrace.standalone.data.AnnouncedPipeline;
import dev.millrace.standalone.data.AnswerSource;
import dev.millrace.standalone.data.DataDirectory;
import dev.millrace.standalone.log.Logging;
import dev.millrace.yaml.problem.Suggestion;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Options that select a running pipeline, and the configuration with its models and topics. */
public final class ClusterOptions {
    static final Path DEFAULT_DIRECTORY = AnswerSource.PROVIDERS.directory();

    @Option(
            names = "--bootstrap-server",
            paramLabel = "HOST:PORT",
            description = "Address of the cluster; default: the kafka block of the configuration.")
    private @Nullable String bootstrapServer;

    @Option(
            names = "--prefix",
            paramLabel = "PREFIX",
            description = "Prefix of the topic names; default: topics.prefix of the configuration.")
    private @Nullable String prefix;

    @Option(
            names = "--data-dir",
            paramLabel = "DIR",
            description =
                    "Data directory of a running embedded pipeline; default: .millrace, unless a"
                            + " cluster is configured.")
    private @Nullable Path dataDirectory;

    @Mixin private ConfigOption configOption = new ConfigOption();

    private @Nullable MillraceConfig config;
    private boolean isConfigLoaded;

    /**
     * Returns a client of the selected pipeline.
     *
     * @throws UserError when no cluster is named and no embedded pipeline runs in the folder
     */
    public PipelineClient client() {
        Logging.quietConnections();
        return new PipelineClient(kafka(), topics().prefix());
    }

    /**
     * Opens the database with the results of the selected pipeline for reading.
     *
     * @throws UserError when there is no database or it cannot be read
     */
    public ResultStore results() {
        return DatabaseOptions.open(dataDirectory, config());
    }

    /**
     * Returns the JDBC URL of the database of the selected pipeline, which may contain a password.
     *
     * @throws UserError when there is no database
     */
    public String jdbcUrl() {
        return DatabaseOptions.jdbcUrl(dataDirectory, config());
    }

    /**
     * Returns the configuration. Uses the file named by the command line, else the configuration of
     * the pipeline running in the named data directory, else the default file if it exists. Loads
     * the file once.
     */
    public Optional<MillraceConfig> config() {
        if (!isConfigLoaded) {
            isConfigLoaded = true;
            config = loadConfig().orElse(null);
        }
        return Optional.ofNullable(config);
    }

    private Optional<MillraceConfig> loadConfig() {
        Path directory = dataDirectory;
        if (directory != null && bootstrapServer == null && !configOption.isNamed()) {
            Optional<AnnouncedPipeline> running = DataDirectory.announced(directory);
            if (running.isPresent()) {
                return running.get().configuration().map(configOption::loadWithoutKeys);
            }
        }
        return configOption.loadIfExists();
    }

    /**
     * Returns the catalog of the configuration, or the shipped catalog if there is no
     * configuration.
     */
    public Catalog catalog() {
        return config().map(MillraceConfig::catalog).orElseGet(Catalog::shipped);
    }

    /**
     * Returns the policies of the configuration. Without a configuration, an embedded pipeline has
     * the shipped policies, and a cluster has none.
     */
    public Map<String, Policy> policies() {
        return config().or(
                        () ->
                                bootstrapServer == null
                                        ? Optional.of(ConfigLoader.defaults())
                                        : Optional.empty())
                .map(MillraceConfig::policies)
                .orElseGet(Map::of);
    }

    /** Returns the name of the policy that routes jobs: {@code router.default_policy}. */
    public String defaultPolicy() {
        return config().orElseGet(ConfigLoader::defaults).router().defaultPolicy();
    }

    /** Returns the time, by this machine's clock, user and note to store with a change. */
    public static ChangeMetadata metadata(@Nullable String note) {
        return new ChangeMetadata(
                InstantSource.system().instant(),
                LocalUser.withoutHost(),
                Optional.ofNullable(note));
    }

    /** Returns the time and user to store with a change. */
    public static ChangeMetadata metadataAt(Instant at) {
        return new ChangeMetadata(at, LocalUser.withoutHost(), Optional.empty());
    }

    /** Returns a limit of a budget that is set now. */
    public static BudgetLimit limit(BigDecimal usd) {
        ChangeMetadata metadata = metadata(null);
        return new BudgetLimit(usd, metadata.at(), metadata.by());
    }

    /**
     * Returns the client properties of the cluster, to connect to it.
     *
     * @throws UserError when no cluster is named and no embedded pipeline runs in the folder, or
     *     when an address answers, but not as Kafka
     */
    private KafkaConfig kafka() {
        return BrokerProbe.requireKafka(named());
    }

    private KafkaConfig named() {
        if (bootstrapServer != null) {
            return withAddress(bootstrapServer);
        }
        if (dataDirectory == null) {
            Optional<KafkaConfig> configured = config().flatMap(MillraceConfig::kafka);
            if (configured.isPresent()) {
                return configured.get();
            }
        }
        Path directory = dataDirectory == null ? DEFAULT_DIRECTORY : dataDirectory;
        return DataDirectory.announced(directory)
                .map(it -> KafkaConfig.of(it.bootstrapServers()))
                .orElseThrow(
                        () ->
                                UserError.usage(
                                        "No embedded pipeline runs in "
                                                + directory
                                                + ". Name its folder with --data-dir, or a cluster"
                                                + " with --bootstrap-server or in the kafka block"
                                                + " of a configuration."
                                                + SimulatedAnswers.pipelineHint()));
    }

    /**
     * Describes the providers that are off in the selected embedded pipeline, in one line; empty if
     * none is, and for a cluster.
     */
    public Optional<String> off() {
        boolean isCluster =
                bootstrapServer != null
                        || (dataDirectory == null
                                && config().flatMap(MillraceConfig::kafka).isPresent());
        return isCluster
                ? Optional.empty()
                : DataDirectory.announced(dataDirectory()).flatMap(AnnouncedPipeline::off);
    }

    /**
     * Returns the client properties of the configuration that the command line names, if any, with
     * the given address.
     */
    private KafkaConfig withAddress(String servers) {
        var properties = new HashMap<String, String>();
        if (configOption.isNamed()) {
            config().flatMap(MillraceConfig::kafka)
                    .ifPresent(it -> properties.putAll(it.properties()));
        }
        properties.put("bootstrap.servers", servers);
        return new KafkaConfig(properties);
    }

    /** Returns the data directory of an embedded pipeline, running or not. */
    public Path dataDirectory() {
        return dataDirectory == null ? DEFAULT_DIRECTORY : dataDirectory;
    }

    /**
     * Returns the settings of a producer of requests.
     *
     * @param topic the request topic; null for the default one
     * @param connects false if nothing is published, so that no cluster is needed
     * @param batchLimitUsd limit for the cost of each batch; null for none
     * @param defaults options of jobs whose line does not set them
     */
    public ProducerSettings producer(
            @Nullable String topic,
            boolean connects,
            @Nullable BigDecimal batchLimitUsd,
            SubmissionHeaders.Defaults defaults) {
        TopicsConfig topics = topics();
        String requests = topic == null ? new Topics(topics.prefix()).requests() : topic;
        return new ProducerSettings(
                connects ? kafka().properties() : Map.of(),
                requests,
                topics.prefix(),
                topics.maxRequestBytes(),
                config().map(MillraceConfig::requestTopics)
                        .map(it -> it.get(requests))
                        .flatMap(RequestTopicConfig::tenant)
                        .orElse(null),
                HeapShare.of(Runtime.getRuntime().maxMemory(), 1),
                batchLimitUsd,
                defaults);
    }

    /**
     * Returns the partitions of documents. Without a configuration, which plans them, these are all
     * partitions of the topic.
     */
    public KeyPartitions documentPartitions() {
        return config().map(it -> it.topics().documentPartitions())
                .orElse(new KeyPartitions(Integer.MAX_VALUE));
    }

    /** Returns the topic prefix and the record size limits. */
    public TopicsConfig topics() {
        TopicsConfig topics = config().map(MillraceConfig::topics).orElse(TopicsConfig.CLUSTER);
        return prefix == null ? topics : topics.withPrefix(prefix);
    }

    /**
     * Returns the catalog name of a model, because workers do not resolve aliases. Accepts an
     * unknown name without a configuration: the pipeline can have models that are not in the
     * shipped catalog.
     *
     * @param given name or alias
     * @throws UserError when the configuration has no such model
     */
    public String modelName(String given) {
        var catalog = catalog();
        var known = catalog.find(given).map(Model::name);
        if (known.isEmpty() && config().isPresent()) {
            List<String> names = catalog.models().stream().map(Model::name).toList();
            throw UserError.usage(
                    "There is no model \"" + given + "\"" + Suggestion.hint(given, names));
        }
        return known.orElse(given);
    }
}
