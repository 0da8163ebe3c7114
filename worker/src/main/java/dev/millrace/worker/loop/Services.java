package dev.millrace.worker.loop;

import dev.millrace.contracts.catalog.Model;
import dev.millrace.worker.outcome.OutputRecords;
import java.util.Map;

/**
 * What this worker serves, and as whom.
 *
 * @param models those that are served, by their catalog names
 * @param catalogVersion where their prices come from
 * @param ownerName tells this worker from others that may have had the same job
 */
public record Services(
        Map<String, Model> models, String catalogVersion, OutputRecords outputs, String ownerName) {
    public Services {
        models = Map.copyOf(models);
    }
}
