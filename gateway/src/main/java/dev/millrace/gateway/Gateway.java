package dev.millrace.gateway;

import dev.millrace.configuration.MillraceConfig;
import dev.millrace.contracts.job.JobId;
import dev.millrace.contracts.service.Health;
import dev.millrace.contracts.service.Service;
import dev.millrace.contracts.topic.Topics;
import dev.millrace.gateway.answer.AnswerRoutes;
import dev.millrace.gateway.answer.CallWaits;
import dev.millrace.gateway.answer.ModelRoutes;
import dev.millrace.gateway.answer.ModelsInService;
import dev.millrace.gateway.answer.TokenCountRoutes;
import dev.millrace.gateway.async.JobRoutes;
import dev.millrace.gateway.dashboard.DashboardPage;
import dev.millrace.gateway.http.BodyMemory;
import dev.millrace.gateway.http.BrokerRoom;
import dev.millrace.gateway.http.CorsRules;
import dev.millrace.gateway.http.GatewayApi;
import dev.millrace.gateway.http.HttpRoute;
import dev.millrace.gateway.http.RequestMeters;
import dev.millrace.gateway.job.EndedJobs;
import dev.millrace.gateway.job.JobClient;
import dev.millrace.gateway.job.JobSettings;
import dev.millrace.gateway.job.JobWaits;
import dev.millrace.gateway.job.KafkaServices;
import dev.millrace.gateway.job.ServiceWatch;
import dev.millrace.gateway.key.KeyService;
import dev.millrace.gateway.repeat.RepeatedRequests;
import dev.millrace.gateway.results.Connections;
import dev.millrace.gateway.results.DatabaseResults;
import dev.millrace.gateway.results.ResultsUnavailableException;
import dev.millrace.gateway.results.StoredResults;
import dev.millrace.gateway.store.FileStore;
import dev.millrace.gateway.store.StorageException;
import dev.millrace.gateway.stream.ClientStreams;
import dev.millrace.gateway.stream.StreamTimeouts;
import dev.millrace.gateway.stream.StreamedCalls;
import dev.millrace.gateway.usage.UsageApi;
import io.helidon.webserver.http.HttpRules;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;

/** A gateway, whose routes the caller adds to a web server. */
public final class Gateway implements Service {
    private final GatewayApi api;
    private final FileStore store;
    private final Connections connections;
    private final UsageApi usage;
    private final GatewayApi usageApi;
    private final JobClient jobs;
    private final KeyService keys;
    private final KafkaServices running;
    private final ServiceWatch services;
    private final ClientStreams streams;
    private final FilesAndBatches batches;
    private final JobRoutes jobRoutes;
    private final RepeatedRequests repeats;

    private Gateway(GatewaySettings settings, FileStore store) {
        this.store = store;
        connections =
                new Connections(
                        settings.pipeline().jdbcUrl(), Connections.QUERY_TIME, settings.heap());
        var results = new DatabaseResults(connections, settings.clock());
        keys = keyService(settings);
        running =
                KafkaServices.open(
                        settings.config().kafka().orElseThrow().properties(),
                        new Topics(settings.config().topics().prefix()),
                        settings.config().catalog());
        services =
                new ServiceWatch(
                        running,
                        settings.config().catalog(),
                        settings.config().router().cache().mode(),
                        settings.nanoTicker());
        jobs = jobClient(settings, results);
        var cors = new CorsRules(Set.copyOf(settings.config().gateway().cors().origins()));
        streams = streams(settings);
        repeats = new RepeatedRequests(store, settings.clock());
        JobWaits waits =
                waits(settings).with(services::readMissing, settings.config()::requestTopicOf);
        batches = FilesAndBatches.start(settings, store, repeats, results, keys::control, waits);
        jobRoutes = jobRoutes(settings, repeats, waits);
        long maxBody = settings.config().gateway().limits().body();
        var bodies = new BodyMemory(Math.max(settings.heap().maxHeldBytes(), maxBody));
        usage = new UsageApi(connections, results, usageParts(settings, waits));
        var limits = new GatewayApi.Bodies(maxBody, bodies);
        var requests = new RequestMeters(settings.meters(), settings.nanoTicker());
        Supplier<String> requestIds = () -> "req_" + hex(settings.random());
        api =
                new GatewayApi(
                        routes(settings),
                        keys.authenticator(cors),
                        limits,
                        requests,
                        cors,
                        requestIds);
        usageApi =
                new GatewayApi(
                        UsageApi.SURFACE,
                        usage.routes(),
                        UsageApi.callers(keys.authenticator(CorsRules.NONE)),
                        limits,
                        requests,
                        CorsRules.NONE,
                        requestIds);
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
    private KeyService keyService(GatewaySettings settings) {
        try {
            return KeyService.start(settings.config(), settings.clock(), settings.nanoTicker());
        } catch (RuntimeException e) {
            connections.close();
            store.close();
            throw e;
        }
    }

    /** Starts the client of the pipeline. A failure leaves nothing running. */
    private JobClient jobClient(GatewaySettings settings, DatabaseResults results) {
        try {
            return JobClient.start(
                    new JobClient.Parts(
                            JobSettings.of(settings.config(), settings.heap()),
                            endedJobs(results),
                            new JobClient.Routing(
                                    settings.pipeline().planner(), keys::currentControl, services),
                            settings.clock(),
                            settings.nanoTicker(),
                            settings.random()));
        } catch (RuntimeException e) {
            running.close();
            keys.close();
            connections.close();
            store.close();
            throw e;
        }
    }

    private static UsageApi.Parts usageParts(GatewaySettings settings, JobWaits waits) {
        return new UsageApi.Parts(
                settings.config().modelsInService(),
                settings.pipeline().state(),
                settings.pipeline().operations(),
                waits,
                settings.clock(),
                settings.nanoTicker());
    }

    private static EndedJobs endedJobs(StoredResults results) {
        return (tenant, _, job) -> {
            try {
                return results.result(tenant, new JobId(job));
            } catch (ResultsUnavailableException e) {
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
                        config.topics().keyPartitions(),
                        settings.heap(),
                        settings.meters(),
                        settings.clock(),
                        settings.nanoTicker()));
    }

    private List<HttpRoute> routes(GatewaySettings settings) {
        var models = new ModelsInService(settings.config().modelNames());
        JobWaits reasons = waits(settings);
        var answers =
                new AnswerRoutes(
                        jobs,
                        models,
                        new StreamedCalls(
                                jobs, streams, StreamTimeouts.of(settings.config()), reasons),
                        CallWaits.of(settings.config().gateway()),
                        reasons,
                        settings.clock());
        List<HttpRoute> all =
                Stream.of(
                                answers.routes(),
                                new TokenCountRoutes(
                                                models,
                                                settings.forecasts()::inputTokens,
                                                jobs,
                                                settings.clock())
                                        .routes(),
                                new ModelRoutes(models, settings.clock()).routes(),
                                List.of(usage.ownUsage()),
                                jobRoutes.routes(),
                                batches.routes())
                        .flatMap(List::stream)
                        .toList();
        return new BrokerRoom(settings.pipeline().hasRoom()).guard(all);
    }

    private JobWaits waits(GatewaySettings settings) {
        return JobWaits.of(keys::control, settings.config().catalog(), settings.clock());
    }

    private JobRoutes jobRoutes(
            GatewaySettings settings, RepeatedRequests repeats, JobWaits waits) {
        var config = settings.config();
        return new JobRoutes(
                jobs,
                () -> "job_" + hex(settings.random()),
                new JobRoutes.Limits(
                        config.topics().maxRequestBytes(),
                        config.gateway().files().maxLines(),
                        config.gateway().timeout()),
                repeats,
                waits,
                settings.nanoTicker());
    }

    /** Draws from a generator that need not be thread-safe: a repeated id would lose a job. */
    private static String hex(RandomGenerator random) {
        synchronized (random) {
            return HexFormat.of().toHexDigits(random.nextLong());
        }
    }

    /**
     * Receives a result that a worker of this process has committed, and answers the clients that
     * await it. Returns at once.
     *
     * @param jobId id of the job
     * @param line line of the result
     */
    public void onCommitted(String jobId, byte[] line) {
        jobs.onCommitted(jobId, line);
    }

    /** Adds the APIs and the dashboard to the routes of a web server. */
    public void addTo(HttpRules rules) {
        api.addTo(rules);
        usageApi.addTo(rules);
        DashboardPage.addTo(rules);
        api.addWrongPathsTo(rules);
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
        usageApi.stopAccepting();
        usage.endStreams();
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
        running.close();
        connections.close();
        store.close();
    }
}
