package dev.millrace.worker.job;

import dev.millrace.contracts.catalog.Model;
import dev.millrace.contracts.job.Lane;
import dev.millrace.worker.fallback.FallbackModels;
import dev.millrace.worker.outcome.OutputRecords;
import java.util.HashMap;
import java.util.Map;
import java.util.function.ToIntFunction;

/**
 * The models that this worker serves.
 *
 * @param models models by catalog name
 * @param topics model and lane of each job topic, by topic name
 * @param fallbacks the models that jobs can fall back to, whether or not this worker serves them
 * @param catalogVersion version of the catalog with the models' prices
 * @param limits limits that the models share
 * @param tenantWeights returns the weight of a tenant's turns, 1 or more
 * @param acceptResend true to continue with a partition whose finished jobs are unknown; finished
 *     calls are then made and billed again
 */
public record ServedModels(
        Map<String, Model> models,
        Map<String, JobTopic> topics,
        FallbackModels fallbacks,
        String catalogVersion,
        OutputRecords outputs,
        ConfiguredLimits limits,
        ToIntFunction<String> tenantWeights,
        boolean acceptResend) {
    public ServedModels {
        models = Map.copyOf(models);
        topics = Map.copyOf(topics);
    }

    /**
     * Returns the lane of each job topic that this worker reads or hands jobs over to, by topic
     * name.
     */
    public Map<String, Lane> lanes() {
        var lanes = new HashMap<String, Lane>();
        topics.forEach((topic, it) -> lanes.put(topic, it.lane()));
        for (String model : fallbacks.models().keySet()) {
            for (Lane lane : Lane.values()) {
                lanes.put(outputs.jobTopic(model, lane), lane);
            }
        }
        return lanes;
    }
}
