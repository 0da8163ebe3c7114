package dev.millrace.standalone.status;

import dev.millrace.contracts.config.MillraceConfig;
import dev.millrace.contracts.control.ControlState;
import dev.millrace.standalone.console.UserError;
import dev.millrace.standalone.control.ControlledCluster;
import java.util.function.LongSupplier;
import org.apache.kafka.clients.admin.Admin;

/** Looks at a pipeline once. */
public final class StatusReader {
    private final MillraceConfig config;
    private final ControlledCluster cluster;
    private final LongSupplier nanoTicker;

    /**
     * @param cluster where it runs
     * @param config its models and policies
     * @param nanoTicker for time limits
     */
    public StatusReader(ControlledCluster cluster, MillraceConfig config, LongSupplier nanoTicker) {
        this.config = config;
        this.cluster = cluster;
        this.nanoTicker = nanoTicker;
    }

    /**
     * What there is now.
     *
     * @throws UserError when the cluster does not answer, or has no control topic
     */
    public Status read() {
        return cluster.ask(this::look);
    }

    private Status look() {
        try (Admin admin = cluster.admin()) {
            var groups = new Groups(admin, cluster.prefix());
            ControlState control = cluster.read();
            return new Status(
                    groups.routers(),
                    groups.workers(),
                    new JobQueues(admin, cluster.topics())
                            .of(config.catalog(), control, groups.committedByWorkers()),
                    ControlNow.of(
                            control,
                            config.policies(),
                            config.router().defaultPolicy(),
                            config.catalog()),
                    new PaceReader(cluster, groups.router(), nanoTicker).ahead());
        }
    }
}
