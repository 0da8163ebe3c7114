package dev.millrace.worker.job;

import dev.millrace.contracts.catalog.Model;
import dev.millrace.worker.outcome.OutputRecords;
import java.util.Map;

/**
 * The models that this worker serves.
 *
 * @param models models by catalog name
 * @param topics model and lane of each job topic, by topic name
 * @param catalogVersion version of the catalog with the models' prices
 * @param acceptResend whether to continue with a partition whose finished jobs are unknown;
 *     finished calls are then made and billed again
 */
public record ServedModels(
        Map<String, Model> models,
        Map<String, JobTopic> topics,
        String catalogVersion,
        OutputRecords outputs,
        boolean acceptResend) {
    public ServedModels {
        models = Map.copyOf(models);
        topics = Map.copyOf(topics);
    }
}
