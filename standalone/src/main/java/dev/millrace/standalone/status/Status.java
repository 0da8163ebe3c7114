package dev.millrace.standalone.status;

import dev.millrace.router.fair.AheadTenant;
import java.util.List;

/**
 * A pipeline at one moment.
 *
 * @param routers router processes that are members of their group
 * @param workers worker processes that are members of theirs
 * @param models those of the catalog that have topics, in its order
 * @param inForce what control and the configuration say
 * @param ahead tenants ahead of their fair pace, by model
 */
public record Status(
        int routers,
        int workers,
        List<ModelQueue> models,
        ControlNow inForce,
        List<AheadTenant> ahead) {
    public Status {
        models = List.copyOf(models);
        ahead = List.copyOf(ahead);
    }
}
