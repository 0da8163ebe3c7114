package dev.millrace.gateway;

import dev.millrace.configuration.GatewayConfig;
import dev.millrace.configuration.MillraceConfig;
import dev.millrace.configuration.RecordSizes;
import dev.millrace.contracts.control.ControlState;
import dev.millrace.contracts.service.Health;
import dev.millrace.contracts.topic.Topics;
import dev.millrace.control.ControlPublisher;
import dev.millrace.gateway.batch.BatchEvents;
import dev.millrace.gateway.batch.BatchRoutes;
import dev.millrace.gateway.batch.Batches;
import dev.millrace.gateway.batch.ControlCancellations;
import dev.millrace.gateway.batch.OutputFiles;
import dev.millrace.gateway.estimate.BatchEstimator;
import dev.millrace.gateway.file.DownloadSlots;
import dev.millrace.gateway.file.FileLimits;
import dev.millrace.gateway.file.FileRoutes;
import dev.millrace.gateway.file.Retention;
import dev.millrace.gateway.file.UploadSlots;
import dev.millrace.gateway.file.UploadedFiles;
import dev.millrace.gateway.http.HttpRoute;
import dev.millrace.gateway.job.JobWaits;
import dev.millrace.gateway.messagebatch.MessageBatchRoutes;
import dev.millrace.gateway.publish.PublishingLoop;
import dev.millrace.gateway.repeat.RepeatedRequests;
import dev.millrace.gateway.results.StoredResults;
import dev.millrace.gateway.store.FileStore;
import dev.millrace.gateway.submission.BatchRecords;
import dev.millrace.gateway.submission.FactStore;
import dev.millrace.gateway.submission.SubmissionClients;
import dev.millrace.gateway.submission.Submitter;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.Supplier;

/** The files and batches of a gateway: their routes and their background threads. */
final class FilesAndBatches implements AutoCloseable {
    private final List<HttpRoute> routes;
    private final Retention retention;
    private final PublishingLoop publisher;
    private final Submitter submitter;
    private final ControlPublisher control;
    private final BatchEvents events;

    private FilesAndBatches(
            List<HttpRoute> routes,
            Retention retention,
            PublishingLoop publisher,
            Submitter submitter,
            ControlPublisher control,
            BatchEvents events) {
        this.routes = List.copyOf(routes);
        this.retention = retention;
        this.publisher = publisher;
        this.submitter = submitter;
        this.control = control;
        this.events = events;
    }

    /**
     * Starts to publish batches and to delete expired files.
     *
     * @param repeats the requests with an Idempotency-Key
     * @param state supplies the state of control
     * @param waits supplies the reasons why jobs wait
     */
    static FilesAndBatches start(
            GatewaySettings settings,
            FileStore store,
            RepeatedRequests repeats,
            StoredResults results,
            Supplier<ControlState> state,
            JobWaits waits) {
        MillraceConfig config = settings.config();
        Map<String, String> kafka = config.kafka().orElseThrow().properties();
        GatewayConfig.Files limits = config.gateway().files();
        var files =
                new UploadedFiles(
                        store,
                        new FileLimits(
                                limits.maxBytes(),
                                limits.maxLines(),
                                limits.maxTenantFiles(),
                                limits.maxTenantBytes(),
                                limits.retention()),
                        settings.clock(),
                        settings.random());
        var facts = new FactStore(store);
        var clients =
                new SubmissionClients(
                        kafka, config.topics(), UUID.randomUUID().toString(), settings.heap());
        var records =
                new BatchRecords(new Topics(config.topics().prefix()), config::requestTopicOf);
        var submitter = Submitter.open(clients, records, facts);
        var control = ControlPublisher.of(kafka, config.topics().prefix());
        var cancellations = new ControlCancellations(control::write, state, settings.clock());
        var batches =
                new Batches(
                        facts,
                        submitter,
                        results,
                        cancellations,
                        waits,
                        settings.clock(),
                        settings.nanoTicker(),
                        settings.random());
        var outputs = new OutputFiles(batches, results, RecordSizes.of(config.topics()).result());
        var events = new BatchEvents(batches);
        var slots = UploadSlots.of(settings.heap(), files.uploadBytes());
        var downloads = new DownloadSlots();
        var routes =
                new ArrayList<>(
                        new FileRoutes(
                                        files,
                                        outputs,
                                        facts::neededFiles,
                                        slots,
                                        downloads,
                                        repeats)
                                .routes());
        routes.addAll(
                new BatchRoutes(
                                batches,
                                files,
                                config::requestTopicOf,
                                events,
                                new BatchEstimator(
                                        settings.forecasts(),
                                        state,
                                        config.topics().maxRequestBytes(),
                                        settings.clock()),
                                repeats,
                                downloads,
                                config.topics().maxRequestBytes())
                        .routes());
        routes.addAll(
                new MessageBatchRoutes(
                                new MessageBatchRoutes.Parts(
                                        batches,
                                        files,
                                        facts::neededFiles,
                                        slots,
                                        config::requestTopicOf,
                                        repeats,
                                        config.topics().maxRequestBytes(),
                                        RecordSizes.of(config.topics()).result()),
                                downloads,
                                settings.clock())
                        .routes());
        var retention =
                Retention.start(
                        List.of(
                                () -> files.deleteExpired(facts::neededFiles),
                                () -> facts.deleteBefore(oldest(settings)),
                                () -> repeats.deleteBefore(oldest(settings)),
                                cancellations::removeExpired));
        var publisher =
                PublishingLoop.start(
                        clients,
                        records,
                        files,
                        facts,
                        results,
                        settings.config().router().repeatsWindow(),
                        settings.clock(),
                        settings.pipeline().hasRoom());
        var metrics = new GatewayMetrics(settings.meters());
        metrics.add(slots);
        metrics.add(publisher, settings.clock());
        return new FilesAndBatches(routes, retention, publisher, submitter, control, events);
    }

    /** Returns the time before which the facts of batches and the idempotency keys are deleted. */
    private static Instant oldest(GatewaySettings settings) {
        return settings.clock().instant().minus(settings.config().gateway().files().retention());
    }

    /** Returns the routes of files and batches. */
    List<HttpRoute> routes() {
        return routes;
    }

    /** Reports whether accepted batches are published. */
    Health health() {
        return publisher.health();
    }

    /** Ends the streams of events. */
    void endStreams() {
        events.close();
    }

    @Override
    public void close() {
        events.close();
        retention.close();
        publisher.close();
        submitter.close();
        control.close();
    }
}
