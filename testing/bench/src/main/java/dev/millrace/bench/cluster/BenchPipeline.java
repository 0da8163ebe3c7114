package dev.millrace.bench.cluster;

import dev.millrace.configuration.MillraceConfig;
import dev.millrace.configuration.loading.ConfigLoader;
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
    public static final String MODEL = "deepseek-flash";

    /** Address of a provider that is never called; nothing listens there. */
    public static final URI NO_PROVIDER = URI.create("http://127.0.0.1:9/v1");

    /** Returns the names of all topics. */
    public Topics topics() {
        return new Topics(prefix);
    }

    /** Returns the job topic of a lane. */
    public String jobs(Lane lane) {
        return topics().jobs(MODEL, lane);
    }

    /**
     * Returns the results topic.
     *
     * @param owner the contender that writes it; empty = Millrace
     */
    public String results(String owner) {
        String results = topics().results();
        return owner.isEmpty() ? results : results + "." + owner;
    }

    /** Returns the consumer group of the workers. */
    String workerGroup() {
        return topics().workerGroup();
    }

    /**
     * Returns a configuration file with defaults for everything else.
     *
     * @param ofProvider further settings of the provider, in YAML's flow style; may be empty
     * @param ofModel further settings of the model, in YAML's flow style; may be empty
     * @param worker settings of the worker, in YAML's flow style; may be empty
     */
    public String yaml(URI provider, String ofProvider, String ofModel, String worker) {
        return """
        kafka: { bootstrap.servers: "%s" }
        topics: { prefix: "%s", partitions: %d, replication_factor: 1 }
        providers: { bench: { wire: openai, base_url: "%s", %s } }
        models: { %s: { provider: bench, upstream_model: %s, %s } }
        worker: { %s }
        """
                .formatted(
                        bootstrap,
                        prefix,
                        partitions,
                        provider,
                        ofProvider,
                        MODEL,
                        MODEL,
                        ofModel,
                        worker);
    }

    /** Returns the configuration of a router, which calls no provider. */
    public MillraceConfig config() {
        return parse(yaml(NO_PROVIDER, "", "", ""));
    }

    /** Parses a configuration file. */
    public static MillraceConfig parse(String yaml) {
        return new ConfigLoader(Map.of()).parse("bench", yaml);
    }
}
