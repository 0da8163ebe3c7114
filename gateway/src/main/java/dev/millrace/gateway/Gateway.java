package dev.millrace.gateway;

import dev.millrace.contracts.config.MillraceConfig;
import dev.millrace.contracts.job.JobId;
import dev.millrace.contracts.service.Health;
import dev.millrace.contracts.service.Service;
import dev.millrace.contracts.topic.Topics;
import dev.millrace.gateway.answer.AnswerRoutes;
import dev.millrace.gateway.answer.CallWaits;
import dev.millrace.gateway.answer.ModelRoutes;
import dev.millrace.gateway.answer.ModelsInService;
import dev.millrace.gateway.answer.TokenCountRoutes;
import dev.millrace.gateway.answer.UsageRoutes;
import dev.millrace.gateway.async.JobRoutes;
import dev.millrace.gateway.cors.CorsRules;
import dev.millrace.gateway.http.BodyMemory;
import dev.millrace.gateway.http.GatewayApi;
import dev.millrace.gateway.http.RequestMeters;
import dev.millrace.gateway.http.Route;
import dev.millrace.gateway.job.EndedJobs;
import dev.millrace.gateway.job.JobClient;
import dev.millrace.gateway.job.JobSettings;
import dev.millrace.gateway.job.JobWaits;
import dev.millrace.gateway.key.KeyService;
import dev.millrace.gateway.repeat.RepeatedRequests;
import dev.millrace.gateway.sink.SinkClient;
import dev.millrace.gateway.sink.SinkException;
import dev.millrace.gateway.sink.SinkSettings;
import dev.millrace.gateway.store.FileStore;
import dev.millrace.gateway.store.StorageException;
import dev.millrace.gateway.stream.ClientStreams;
import dev.millrace.gateway.stream.StreamTimeouts;
import dev.millrace.gateway.stream.StreamedCalls;
import io.helidon.webserver.http.HttpRules;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;

/** A gateway, whose routes the caller adds to a web server. */
public final class Gateway implements Service {
    private final GatewayApi api;
    private final FileStore store;
    private final SinkClient sink;
    private final JobClient jobs;
    private final KeyService keys;
    private final ClientStreams streams;
    private final FilesAndBatches batches;
    private final JobRoutes jobRoutes;
    private final RepeatedRequests repeats;

    private Gateway(GatewaySettings settings, FileStore store) {
        this.store = store;
        sink =
                new SinkClient(
                        new SinkSettings(
                                settings.sink(),
                                settings.config().gateway().sink().key(),
                                settings.config().gateway().sink().tls(),
                                SinkSettings.DEFAULT_TIMEOUT));
        jobs =
                JobClient.start(
                        new JobClient.Parts(
                                JobSettings.of(settings.config(), settings.heap()),
                                endedJobs(sink),
                                settings.clock(),
                                settings.nanoTicker(),
                                settings.random()));
        var cors = new CorsRules(Set.copyOf(settings.config().gateway().cors().origins()));
        keys = keyService(settings, cors);
        streams = streams(settings);
        repeats = new RepeatedRequests(store, settings.clock());
        batches = FilesAndBatches.start(settings, store, repeats, sink, keys::control);
        jobRoutes = jobRoutes(settings, repeats);
        long maxBody = settings.config().gateway().limits().body();
        var bodies = new BodyMemory(Math.max(settings.heap().maxHeldBytes(), maxBody));
        api =
                new GatewayApi(
                        routes(settings),
                        keys.authenticator(),
                        new GatewayApi.Bodies(maxBody, bodies),
                        new RequestMeters(settings.meters(), settings.nanoTicker()),
                        cors,
                        () -> "req_" + hex(settings.random()));
        var metrics = new GatewayMetrics(settings.meters());
        metrics.add(bodies);
        metrics.add(jobs);
    }

    /**
     * Starts a gateway.
     *
     * @throws StorageException if the store of files cannot be used; nothing is left running
     */
    public static Gateway start(GatewaySettings settings) throws StorageException {
        return new Gateway(
                settings,
                FileStores.openChecked(settings.files(), settings.config().gateway().files().s3()));
    }

    /** Starts to follow the keys. A failure leaves nothing running. */
    private KeyService keyService(GatewaySettings settings, CorsRules cors) {
        try {
            return KeyService.start(
                    settings.config(), cors, settings.clock(), settings.nanoTicker());
        } catch (RuntimeException e) {
            jobs.close();
            sink.close();
            store.close();
            throw e;
        }
    }

    private static EndedJobs endedJobs(SinkClient sink) {
        return (_, _, job) -> {
            try {
                return sink.result(new JobId(job));
            } catch (SinkException e) {
                throw new IllegalStateException(e.getMessage(), e);
            }
        };
    }

    private static ClientStreams streams(GatewaySettings settings) {
        MillraceConfig config = settings.config();
        return new ClientStreams(
                new ClientStreams.Parts(
                        config.kafka().orElseThrow().properties(),
                        new Topics(config.topics().prefix()).chunks(),
                        settings.heap(),
                        settings.meters(),
                        settings.clock(),
                        settings.nanoTicker()));
    }

    private List<Route> routes(GatewaySettings settings) {
        var models = new ModelsInService(settings.config().modelsInService());
        var reasons = JobWaits.of(keys::control, settings.config().catalog(), settings.clock());
        var answers =
                new AnswerRoutes(
                        jobs,
                        models,
                        new StreamedCalls(
                                jobs, streams, StreamTimeouts.of(settings.config()), reasons),
                        CallWaits.of(settings.config().gateway()),
                        reasons,
                        settings.clock());
        return Stream.of(
                        answers.routes(),
                        new TokenCountRoutes(
                                        models,
                                        settings.forecasts()::inputTokens,
                                        jobs,
                                        settings.clock())
                                .routes(),
                        new ModelRoutes(models).routes(),
                        new UsageRoutes(sink).routes(),
                        jobRoutes.routes(),
                        batches.routes())
                .flatMap(List::stream)
                .toList();
    }

    private JobRoutes jobRoutes(GatewaySettings settings, RepeatedRequests repeats) {
        var config = settings.config();
        return new JobRoutes(
                jobs,
                () -> "job_" + hex(settings.random()),
                new JobRoutes.Limits(
                        config.topics().maxRequestBytes(),
                        config.gateway().files().maxLines(),
                        config.gateway().timeout()),
                repeats,
                JobWaits.of(keys::control, config.catalog(), settings.clock()),
                settings.nanoTicker());
    }

    /** Draws from a generator that need not be thread-safe: a repeated id would lose a job. */
    private static String hex(RandomGenerator random) {
        synchronized (random) {
            return HexFormat.of().toHexDigits(random.nextLong());
        }
    }

    /** Adds the API to the routes of a web server. */
    public void addTo(HttpRules rules) {
        api.addTo(rules);
    }

    @Override
    public Health health() {
        return Stream.of(keys.health(), jobs.health(), batches.health())
                .min(Comparator.comparing(Health::live).thenComparing(it -> it.ready()))
                .orElseThrow();
    }

    /**
     * Refuses new requests and ends the streams of events, so that the running requests can end
     * before the web server stops.
     */
    public void stopAccepting() {
        api.stopAccepting();
        batches.endStreams();
        repeats.endWaits();
        jobRoutes.endStreams();
    }

    @Override
    public void close() {
        batches.close();
        streams.close();
        keys.close();
        jobs.close();
        sink.close();
        store.close();
    }
}
