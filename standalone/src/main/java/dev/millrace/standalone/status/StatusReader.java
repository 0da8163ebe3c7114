package dev.millrace.standalone.status;

import dev.millrace.contracts.config.KafkaConfig;
import dev.millrace.contracts.config.MillraceConfig;
import dev.millrace.contracts.control.ControlFollower;
import dev.millrace.contracts.control.ControlState;
import dev.millrace.contracts.topic.Topics;
import dev.millrace.standalone.console.UserError;
import dev.millrace.standalone.control.ControlledCluster;
import java.util.HashMap;
import java.util.Map;
import java.util.function.LongSupplier;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.KafkaException;

/** Looks at a pipeline once. */
public final class StatusReader {
    private static final int CONNECT_MILLIS = 20_000;

    private final MillraceConfig config;
    private final KafkaConfig kafka;
    private final String prefix;
    private final LongSupplier nanoTicker;

    /**
     * @param cluster where it runs
     * @param config its models and policies
     * @param nanoTicker for time limits
     */
    public StatusReader(ControlledCluster cluster, MillraceConfig config, LongSupplier nanoTicker) {
        this.config = config;
        kafka = cluster.kafka();
        prefix = cluster.prefix();
        this.nanoTicker = nanoTicker;
    }

    /**
     * What there is now.
     *
     * @throws UserError when the cluster does not answer, or has no control topic
     */
    public Status read() {
        try (Admin admin = admin()) {
            var groups = new Groups(admin, prefix);
            ControlState control = ControlFollower.read(kafka.properties(), prefix);
            return new Status(
                    groups.routers(),
                    groups.workers(),
                    new JobQueues(admin, new Topics(prefix))
                            .of(config.catalog(), control, groups.committedByWorkers()),
                    InForce.of(control, config.policies()),
                    new PaceReader(kafka.properties(), groups.router(), nanoTicker).ahead());
        } catch (KafkaException e) {
            throw UserError.failure(
                    "The cluster at "
                            + kafka.bootstrapServers()
                            + " cannot be asked: "
                            + e.getMessage());
        }
    }

    private Admin admin() {
        Map<String, Object> client = new HashMap<>(kafka.properties());
        client.put("default.api.timeout.ms", CONNECT_MILLIS);
        client.put("request.timeout.ms", CONNECT_MILLIS);
        return Admin.create(client);
    }
}
