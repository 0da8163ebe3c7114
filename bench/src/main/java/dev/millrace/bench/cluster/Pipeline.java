package dev.millrace.bench.cluster;

import dev.millrace.contracts.config.ConfigLoader;
import dev.millrace.contracts.config.MillraceConfig;
import dev.millrace.contracts.job.Lane;
import dev.millrace.contracts.topic.Topics;
import java.net.URI;
import java.util.Map;

/**
 * A set of topics of its own, so that no measurement meets what another one has left.
 *
 * @param bootstrap where the broker is
 * @param prefix of all names, with a dot at its end
 * @param partitions of each topic, 1 or more
 */
public record Pipeline(String bootstrap, String prefix, int partitions) {
    /** The only one in service, so that the worker serves it alone. */
    static final String MODEL = "deepseek-v3.2";

    /** The address of one that is never called: nobody listens there. */
    public static final URI NO_PROVIDER = URI.create("http://127.0.0.1:9/v1");

    /** The request topic. */
    public String requests() {
        return new Topics(prefix).requests();
    }

    /** The job topic. */
    public String jobs() {
        return jobs(Lane.NORMAL);
    }

    /** The job topic of a lane. */
    public String jobs(Lane lane) {
        return new Topics(prefix).jobs(MODEL, lane);
    }

    /**
     * The results topic.
     *
     * @param owner whose it is; empty for that of Millrace
     */
    public String results(String owner) {
        String results = new Topics(prefix).results();
        return owner.isEmpty() ? results : results + "." + owner;
    }

    /** The consumer group of the workers. */
    String workerGroup() {
        return prefix + "worker";
    }

    /**
     * Millrace's configuration: defaults, one model with one provider, and a worker instance of
     * this process.
     *
     * @param inFlight calls at once
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
