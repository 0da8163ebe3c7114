package dev.millrace.worker.job;

import dev.millrace.contracts.catalog.Model;
import dev.millrace.worker.outcome.OutputRecords;
import java.util.Map;

/**
 * The models that this worker serves.
 *
 * @param models by their catalog names
 * @param topics whose jobs each job topic holds, by its name
 * @param catalogVersion where the models' prices come from
 * @param acceptResend whether to continue with a partition whose finished jobs are unknown: its
 *     finished calls are then made and paid again
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
