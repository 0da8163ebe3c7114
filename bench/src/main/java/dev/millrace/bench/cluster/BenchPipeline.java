package dev.millrace.bench.cluster;

import dev.millrace.contracts.config.MillraceConfig;
import dev.millrace.contracts.config.loading.ConfigLoader;
import dev.millrace.contracts.job.Lane;
import dev.millrace.contracts.topic.Topics;
import java.net.URI;
import java.util.Map;

/**
 * The topics of one measurement, separate from all other measurements.
 *
 * @param bootstrap the broker's address
 * @param prefix prefix of all names, ending in a dot
 * @param partitions partitions of each topic, 1 or more
 */
public record BenchPipeline(String bootstrap, String prefix, int partitions) {
    /** The only model in service, so that no other model competes for the worker's slots. */
    static final String MODEL = "deepseek-v3.2";

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
        return new Topics(prefix).jobs(MODEL, lane);
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

    /** Returns the consumer group of the workers. */
    String workerGroup() {
        return prefix + "worker";
    }

    /**
     * Returns the configuration file of a worker, with defaults for everything else.
     *
     * @param model further settings of the model, in YAML's flow style; may be empty
     * @param worker settings of the worker, in YAML's flow style; may be empty
     */
    public String workerYaml(URI provider, String model, String worker) {
        return """
                kafka: { bootstrap.servers: "%s" }
                topics: { prefix: "%s", partitions: %d, replication_factor: 1 }
                providers: { bench: { wire: openai, base_url: "%s" } }
                models: { %s: { provider: bench, upstream_model: bench, %s } }
                worker: { %s }
                """
                .formatted(bootstrap, prefix, partitions, provider, MODEL, model, worker);
    }

    /**
     * Returns a configuration with defaults, one model, one provider, and a worker instance named
     * after this process.
     *
     * @param inFlight concurrent calls
     */
    public MillraceConfig config(int inFlight, URI provider) {
        return config(inFlight, provider, 0);
    }

    /**
     * Returns the configuration of a worker, and of a router with standbys.
     *
     * @param standbys warm copies of the router's state, 0 to 5
     */
    public MillraceConfig config(int inFlight, URI provider, int standbys) {
        String yaml =
                """
                kafka: { bootstrap.servers: "%s" }
                topics: { prefix: "%s", partitions: %d, replication_factor: 1 }
                providers: { bench: { wire: openai, base_url: "%s" } }
                models: { %s: { provider: bench, upstream_model: bench } }
                worker: { instance: bench-%d, max_in_flight: %d }
                router: { standby_replicas: %d }
                """
                        .formatted(
                                bootstrap,
                                prefix,
                                partitions,
                                provider,
                                MODEL,
                                ProcessHandle.current().pid(),
                                inFlight,
                                standbys);
        return new ConfigLoader(Map.of()).parse("bench", yaml);
    }
}
