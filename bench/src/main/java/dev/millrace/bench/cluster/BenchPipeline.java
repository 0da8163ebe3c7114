package dev.millrace.bench.cluster;

import dev.millrace.contracts.config.MillraceConfig;
import dev.millrace.contracts.config.loading.ConfigLoader;
import dev.millrace.contracts.job.Lane;
import dev.millrace.contracts.topic.Topics;
import java.net.URI;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * The topics of one measurement, separate from all other measurements.
 *
 * @param bootstrap the broker's address
 * @param prefix prefix of all names, ending in a dot
 * @param partitions partitions of each topic, 1 or more
 */
public record BenchPipeline(String bootstrap, String prefix, int partitions) {
    /** The only model in service, so that no other model competes for the worker's slots. */
    public static final String MODEL = "deepseek-flash";

    /** A second model, only for measurements of several models. */
    public static final String OTHER_MODEL = "qwen-turbo";

    /** Address of a provider that is never called; nothing listens there. */
    public static final URI NO_PROVIDER = URI.create("http://127.0.0.1:9/v1");

    /** Returns the request topic. */
    public String requests() {
        return new Topics(prefix).requests();
    }

    /** Returns the job topic of the normal lane. */
    public String jobs() {
        return jobs(Lane.NORMAL);
    }

    /** Returns the job topic of a lane. */
    public String jobs(Lane lane) {
        return jobs(MODEL, lane);
    }

    /** Returns the job topic of a model's lane. */
    String jobs(String model, Lane lane) {
        return new Topics(prefix).jobs(model, lane);
    }

    /**
     * Returns the results topic.
     *
     * @param owner the contender that writes it; empty = Millrace
     */
    public String results(String owner) {
        String results = new Topics(prefix).results();
        return owner.isEmpty() ? results : results + "." + owner;
    }

    /** Returns the topic of the ends of jobs with a cache key. */
    public String answers() {
        return new Topics(prefix).answers();
    }

    /** Returns the control topic. */
    public String control() {
        return new Topics(prefix).control();
    }

    /** Returns the consumer group of the routers. */
    public String routerGroup() {
        return prefix + "router";
    }

    /** Returns the consumer group of the workers. */
    String workerGroup() {
        return prefix + "worker";
    }

    /** Returns the provider's name of a model. */
    public static String upstreamModel(String model) {
        return "bench-" + model;
    }

    /**
     * Returns the configuration file of a worker, with defaults for everything else.
     *
     * @param model further settings of the model, in YAML's flow style; may be empty
     * @param worker settings of the worker, in YAML's flow style; may be empty
     */
    public String workerYaml(URI provider, String model, String worker) {
        return workerYaml(List.of(MODEL), baseUrl(provider), model, worker);
    }

    /**
     * Returns the configuration file of a worker with models of one provider.
     *
     * @param models the models in service
     * @param provider settings of the provider, in YAML's flow style, with {@link #baseUrl}
     * @param model further settings of each model, in YAML's flow style; may be empty
     * @param worker settings of the worker, in YAML's flow style; may be empty
     */
    public String workerYaml(List<String> models, String provider, String model, String worker) {
        String all =
                models.stream()
                        .map(
                                it ->
                                        "%s: { provider: bench, upstream_model: %s, %s }"
                                                .formatted(it, upstreamModel(it), model))
                        .collect(Collectors.joining(", "));
        return """
                kafka: { bootstrap.servers: "%s" }
                topics: { prefix: "%s", partitions: %d, replication_factor: 1 }
                providers: { bench: { wire: openai, %s } }
                models: { %s }
                worker: { %s }
                """
                .formatted(bootstrap, prefix, partitions, provider, all, worker);
    }

    /** Returns the setting of a provider's address, in YAML's flow style. */
    public static String baseUrl(URI provider) {
        return "base_url: \"" + provider + "\"";
    }

    /** Returns a configuration without a provider, for the topics of models. */
    MillraceConfig config(List<String> models) {
        return parse(workerYaml(models, baseUrl(NO_PROVIDER), "", ""));
    }

    /**
     * Returns a configuration with defaults, one model, one provider, and a worker instance named
     * after this process.
     *
     * @param inFlight concurrent calls
     */
    public MillraceConfig config(int inFlight, URI provider) {
        return parse(workerYaml(provider, "", worker(inFlight)));
    }

    /** Returns the configuration of a worker with limits that no measurement reaches. */
    public MillraceConfig limitedConfig(int inFlight, URI provider) {
        return parse(
                workerYaml(
                        List.of(MODEL),
                        baseUrl(provider) + ", limits: { concurrency: 1000000 }",
                        "limits: { requests_per_minute: 1000000000, tokens_per_minute: 1000000000000 }",
                        worker(inFlight)));
    }

    /**
     * Returns the configuration of a router with standbys.
     *
     * @param standbys warm copies of the router's state, 0 to 5
     */
    public MillraceConfig routerConfig(int standbys) {
        return routerConfig("standby_replicas: " + standbys, "");
    }

    /**
     * Returns the configuration of a router.
     *
     * @param router settings of the router, in YAML's flow style
     * @param tenants settings of the tenants, in YAML's flow style; may be empty
     */
    public MillraceConfig routerConfig(String router, String tenants) {
        return parse(
                workerYaml(NO_PROVIDER, "", "")
                        + "router: { %s }\ntenants: { %s }\n".formatted(router, tenants));
    }

    private static String worker(int inFlight) {
        return "instance: bench-" + ProcessHandle.current().pid() + ", max_in_flight: " + inFlight;
    }

    private static MillraceConfig parse(String yaml) {
        return new ConfigLoader(Map.of()).parse("bench", yaml);
    }
}
