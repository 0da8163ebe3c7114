package dev.millrace.standalone.status;

import dev.millrace.contracts.waiting.Waiting;
import dev.millrace.router.fair.AheadTenant;
import dev.millrace.standalone.client.RecordCount;
import java.util.List;
import java.util.Optional;

/**
 * The state of a pipeline at one moment.
 *
 * @param services the running services
 * @param unrouted number of requests that no router has routed
 * @param models the catalog models that have topics, in catalog order
 * @param waits why jobs wait, by model
 * @param control the policies, tripped arms and pauses in force
 * @param limits limits that workers share or have learned, sorted by path
 * @param retrieval jobs that wait for passages of documents; empty for none
 * @param ahead tenants ahead of their fair share, by model
 */
public record PipelineStatus(
        Services services,
        RecordCount unrouted,
        List<ModelQueue> models,
        List<Waiting> waits,
        ControlStatus control,
        List<LimitStatus> limits,
        Optional<RetrievalBacklog> retrieval,
        List<AheadTenant> ahead) {
    /**
     * The running services.
     *
     * @param routers number of router processes in the routers' consumer group
     * @param workers number of worker processes in the workers' consumer group
     * @param maxInFlight maximum number of calls in flight of all workers, assuming this
     *     configuration's {@code worker.max_in_flight} for each
     */
    public record Services(int routers, int workers, long maxInFlight) {}

    public PipelineStatus {
        models = List.copyOf(models);
        waits = List.copyOf(waits);
        limits = List.copyOf(limits);
        ahead = List.copyOf(ahead);
    }
}
