package dev.millrace.standalone.status;

import dev.millrace.configuration.MillraceConfig;
import dev.millrace.contracts.control.ControlState;
import dev.millrace.contracts.control.ControlWaits;
import dev.millrace.contracts.waiting.Waiting;
import dev.millrace.standalone.client.PipelineClient;
import dev.millrace.standalone.cluster.TopicAdminException;
import dev.millrace.standalone.console.UserError;
import dev.millrace.standalone.document.RetrievalBacklog;
import dev.millrace.standalone.document.RetrievalQueueReader;
import dev.millrace.standalone.lateness.LaneQueue;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.function.LongSupplier;
import org.apache.kafka.clients.admin.Admin;

/** Reads the status of a pipeline. */
public final class StatusReader {
    private final MillraceConfig config;
    private final PipelineClient client;
    private final InstantSource clock;
    private final LongSupplier nanoTicker;

    /**
     * Creates a reader.
     *
     * @param config the pipeline's models and policies
     * @param clock decides which pauses have expired
     * @param nanoTicker ticker for timeouts
     */
    public StatusReader(
            PipelineClient client,
            MillraceConfig config,
            InstantSource clock,
            LongSupplier nanoTicker) {
        this.clock = clock;
        this.config = config;
        this.client = client;
        this.nanoTicker = nanoTicker;
    }

    /**
     * Returns the current status.
     *
     * @throws UserError when the cluster does not answer, or has no control topic
     * @throws TopicAdminException when the cluster refuses a request
     */
    public PipelineStatus read() {
        return client.call(this::readStatus);
    }

    /**
     * Returns the queues of the lanes that have topics, model by model.
     *
     * @throws UserError when the cluster does not answer
     * @throws TopicAdminException when the cluster refuses a request
     */
    public List<LaneQueue> readLanes() {
        return client.call(
                () -> {
                    try (Admin admin = client.admin()) {
                        return new JobQueueReader(admin, client.topics())
                                .lanes(
                                        config.catalog(),
                                        new ConsumerGroups(admin, client.prefix())
                                                .committedByWorkers());
                    }
                });
    }

    /**
     * Returns the state of control, without pauses that have expired.
     *
     * @throws UserError when the control topic cannot be read
     */
    public ControlState readControl() {
        return client.read().inEffect(clock.instant());
    }

    private List<ModelQueue> queues(Admin admin, ControlState control) {
        return new JobQueueReader(admin, client.topics())
                .read(
                        config.catalog(),
                        control,
                        new ConsumerGroups(admin, client.prefix()).committedByWorkers());
    }

    /**
     * Returns why jobs wait.
     *
     * @throws UserError when the cluster does not answer, or has no control topic
     * @throws TopicAdminException when the cluster refuses a request
     */
    public List<Waiting> readWaits() {
        return client.call(
                () -> {
                    try (Admin admin = client.admin()) {
                        ControlState control = readControl();
                        return waits(
                                admin,
                                control,
                                queues(admin, control),
                                new RetrievalQueueReader(client, admin, nanoTicker).read());
                    }
                });
    }

    private List<Waiting> waits(
            Admin admin,
            ControlState control,
            List<ModelQueue> queues,
            Optional<RetrievalBacklog> retrieval) {
        return new PipelineWaits(
                        new ControlWaits(control, clock.instant()),
                        queues,
                        new ConsumerGroups(admin, client.prefix()).servedTopics(),
                        client.topics(),
                        retrieval)
                .list();
    }

    private PipelineStatus readStatus() {
        try (Admin admin = client.admin()) {
            var groups = new ConsumerGroups(admin, client.prefix());
            Instant now = clock.instant();
            ControlState control = client.read().inEffect(now);
            int workers = groups.workers();
            List<ModelQueue> queues = queues(admin, control);
            var retrieval = new RetrievalQueueReader(client, admin, nanoTicker).read();
            return new PipelineStatus(
                    groups.routers(),
                    workers,
                    (long) workers * config.worker().maxInFlight(),
                    queues,
                    waits(admin, control, queues, retrieval),
                    ControlStatus.of(
                            control,
                            config.policies(),
                            config.router().defaultPolicy(),
                            config.catalog(),
                            now),
                    SharedLimitStatus.all(
                            new SharedLimitReader(client, nanoTicker).read(now),
                            control.workers().values(),
                            now),
                    retrieval,
                    new AheadTenantReader(client, groups.routerGroup(), nanoTicker).read());
        }
    }
}
