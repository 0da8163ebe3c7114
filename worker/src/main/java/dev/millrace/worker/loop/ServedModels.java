package dev.millrace.worker.loop;

import dev.millrace.contracts.catalog.Model;
import dev.millrace.worker.outcome.OutputRecords;
import java.util.Map;

/**
 * What this worker serves, and how.
 *
 * @param models those that are served, by their catalog names
 * @param topics whose jobs each job topic holds, by its name
 * @param catalogVersion where their prices come from
 * @param acceptResend whether a partition of which nobody knows what is finished is taken up all
 *     the same: its finished calls are then made and paid again
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
