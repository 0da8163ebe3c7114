package dev.millrace.gateway.job;

import dev.millrace.configuration.MillraceConfig;
import dev.millrace.configuration.TopicsConfig;
import dev.millrace.contracts.catalog.Model;
import dev.millrace.contracts.memory.HeapShare;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/**
 * The settings of a job client.
 *
 * @param kafka client properties from the configuration
 * @param requestTopics finds the topic for the requests of a tenant
 * @param heap determines the memory for requests and results
 * @param models names of the models that can have an express lane
 * @param maxPending largest number of jobs whose results are awaited
 */
public record JobSettings(
        Map<String, String> kafka,
        TopicsConfig topics,
        Function<String, Optional<String>> requestTopics,
        HeapShare heap,
        List<String> models,
        int maxPending) {
    /**
     * Default of {@link #maxPending}. Each pending job takes some kilobytes in addition to its
     * request.
     */
    public static final int DEFAULT_MAX_PENDING = 10_000;

    public JobSettings {
        kafka = Map.copyOf(kafka);
        models = List.copyOf(models);
        if (maxPending < 1) {
            throw new IllegalArgumentException("max_pending must be 1 or more, was " + maxPending);
        }
    }

    /** Creates the settings of a gateway; the configuration must name a cluster. */
    public static JobSettings of(MillraceConfig config, HeapShare heap) {
        return new JobSettings(
                config.kafka().orElseThrow().properties(),
                config.topics(),
                config::requestTopicOf,
                heap,
                config.modelsInService().stream().map(Model::name).toList(),
                DEFAULT_MAX_PENDING);
    }

    /** Omits the client properties, which may contain secrets. */
    @Override
    public String toString() {
        return "JobSettings[topics=" + topics + ", maxPending=" + maxPending + "]";
    }
}
