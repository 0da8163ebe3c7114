package dev.millrace.standalone.status;

import dev.millrace.configuration.MillraceConfig;
import dev.millrace.contracts.control.ControlState;
import dev.millrace.contracts.waiting.Waiting;
import dev.millrace.gateway.job.JobWaits;
import dev.millrace.gateway.serving.ControlWaits;
import dev.millrace.gateway.serving.RunningServices;
import dev.millrace.standalone.client.PipelineClient;
import dev.millrace.standalone.client.RecordCount;
import dev.millrace.standalone.client.RecordCounter;
import dev.millrace.standalone.cluster.TopicAdminException;
import dev.millrace.standalone.console.UserError;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
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
     * Returns the backlogs of the lanes that have topics, model by model.
     *
     * @throws UserError when the cluster does not answer
     * @throws TopicAdminException when the cluster refuses a request
     */
    public List<LaneBacklog> readLanes() {
        return client.call(
                () -> {
                    try (Admin admin = client.admin()) {
                        return jobs(admin)
                                .lanes(config.catalog(), groups(admin).committedByWorkers());
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

    private ConsumerGroups groups(Admin admin) {
        return new ConsumerGroups(admin, client.topics());
    }

    private JobQueueReader jobs(Admin admin) {
        return new JobQueueReader(admin, client.topics(), new RecordCounter(client, nanoTicker));
    }

    private List<ModelQueue> queues(Admin admin, ControlState control) {
        return jobs(admin).read(config.catalog(), control, groups(admin).committedByWorkers());
    }

    /** Returns the number of requests that no router has routed, by request topic. */
    private Map<String, RecordCount> unrouted(Admin admin) {
        return new RequestQueueReader(admin, new RecordCounter(client, nanoTicker))
                .read(config.requestTopics().keySet(), groups(admin));
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
                        return new PipelineWaits(
                                        new ControlWaits(control, clock.instant()),
                                        queues(admin, control),
                                        unrouted(admin),
                                        groups(admin).running(config.catalog()),
                                        new RetrievalQueueReader(client, admin, nanoTicker).read())
                                .list();
                    }
                });
    }

    /**
     * Returns why jobs of a batch may wait.
     *
     * @param batch has the names by which the jobs ask for models; none if unknown
     * @throws UserError when the cluster does not answer, or has no control topic
     * @throws TopicAdminException when the cluster refuses a request
     */
    List<Waiting> readWaits(ControlWaits.Scope batch) {
        return client.call(
                () -> {
                    try (Admin admin = client.admin()) {
                        RunningServices running = groups(admin).running(config.catalog());
                        return JobWaits.of(this::readControl, config.catalog(), clock)
                                .with(
                                        (requests, models) ->
                                                running.missing(requests, models, config.catalog()),
                                        config::requestTopicOf)
                                .of(batch);
                    }
                });
    }

    private PipelineStatus readStatus() {
        try (Admin admin = client.admin()) {
            var groups = groups(admin);
            Instant now = clock.instant();
            ControlState control = client.read().inEffect(now);
            RunningServices running = groups.running(config.catalog());
            int workers = running.workers().clients().size();
            List<ModelQueue> queues = queues(admin, control);
            Map<String, RecordCount> unrouted = unrouted(admin);
            var retrieval = new RetrievalQueueReader(client, admin, nanoTicker).read();
            return new PipelineStatus(
                    new PipelineStatus.Services(
                            ConsumerGroups.routers(running),
                            workers,
                            (long) workers * config.worker().maxInFlight()),
                    unrouted.values().stream().reduce(RecordCount.NONE, RecordCount::plus),
                    queues,
                    new PipelineWaits(
                                    new ControlWaits(control, now),
                                    queues,
                                    unrouted,
                                    running,
                                    retrieval)
                            .list(),
                    ControlStatus.of(
                            control,
                            config.policies(),
                            config.router().defaultPolicy(),
                            config.catalog(),
                            now),
                    LimitStatus.all(
                            new SharedLimitReader(client, nanoTicker).read(now),
                            control.workers().values(),
                            now),
                    retrieval,
                    new AheadTenantReader(client, nanoTicker).read());
        }
    }
}
