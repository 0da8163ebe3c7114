package dev.millrace.worker;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import dev.millrace.configuration.MillraceConfig;
import dev.millrace.configuration.ProviderConfig;
import dev.millrace.configuration.RecordSizes;
import dev.millrace.contracts.catalog.Model;
import dev.millrace.contracts.job.Lane;
import dev.millrace.contracts.kafka.KafkaConfig;
import dev.millrace.contracts.service.Health;
import dev.millrace.contracts.service.Service;
import dev.millrace.contracts.topic.Topics;
import dev.millrace.wire.translate.Translation;
import dev.millrace.worker.call.ProviderCalls;
import dev.millrace.worker.capacity.SlotBounds;
import dev.millrace.worker.chunk.ChunkForwarder;
import dev.millrace.worker.fallback.FallbackModel;
import dev.millrace.worker.fallback.FallbackModels;
import dev.millrace.worker.http.AnswerLimits;
import dev.millrace.worker.job.ConfiguredLimits;
import dev.millrace.worker.job.JobTopic;
import dev.millrace.worker.job.ServedModels;
import dev.millrace.worker.kafka.ClientSettings;
import dev.millrace.worker.kafka.KafkaControl;
import dev.millrace.worker.kafka.KafkaJobSource;
import dev.millrace.worker.kafka.KafkaJobTopics;
import dev.millrace.worker.kafka.KafkaResultLog;
import dev.millrace.worker.loop.WorkerLoop;
import dev.millrace.worker.outcome.OutputRecords;
import dev.millrace.worker.port.ChunkLog;
import dev.millrace.worker.port.LoopClock;
import dev.millrace.worker.port.Providers;
import dev.millrace.worker.port.ResultLog;
import dev.millrace.worker.port.Timing;
import dev.millrace.worker.quota.LeasedLimits;
import dev.millrace.worker.quota.PermitSource;
import dev.millrace.worker.tier.Tiers;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.BiConsumer;
import java.util.function.Function;
import java.util.stream.Collectors;
import javax.net.ssl.SSLContext;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes jobs from the topics of its models, calls the models' providers, and writes each result,
 * its cost events and the offset in one transaction. The loop runs on its own thread.
 */
public final class Worker implements Service {
    private static final Logger LOG = LoggerFactory.getLogger(Worker.class);

    /** Space for the headers and key of a result, in addition to its value. */
    private static final int RESULT_OVERHEAD_BYTES = 16 << 10;

    private final KafkaResultLog log;
    private final String results;
    private final WorkerLoop loop;
    private final Thread thread;
    private final WorkerReportWriter reports;

    private Worker(
            WorkerSettings settings, KafkaResultLog log, WorkerLoop loop, List<String> topics) {
        this.log = log;
        this.results = new Topics(settings.config().topics().prefix()).results();
        this.loop = loop;
        this.reports = WorkerReportWriter.start(settings, loop::report);
        this.thread = Thread.ofPlatform().name("millrace-worker").unstarted(() -> run(topics));
    }

    private void run(List<String> topics) {
        loop.run(topics);
        reports.close();
    }

    /** Reads the certificates that the JVM trusts, which the HTTP clients of a later start use. */
    public static void preload() {
        try {
            var _ = SSLContext.getDefault();
        } catch (NoSuchAlgorithmException e) {
            LOG.atDebug().setCause(e).log("the JVM has no default for TLS");
        }
    }

    /**
     * Starts a worker and returns at once; {@link #health} shows when the worker is ready.
     *
     * @throws IllegalArgumentException if the configuration has no cluster, no model to serve, a
     *     provider without an address, or a setting whose feature is missing
     * @throws KafkaException if a client property is invalid
     */
    public static Worker start(WorkerSettings settings) {
        MillraceConfig config = settings.config();
        Map<String, Model> models = models(config);
        var slots = SlotBounds.of(config.worker(), Tiers.calledModels(models.values()).size());
        var calls =
                ProviderCalls.overHttp(
                        config.worker(),
                        settings.translations(),
                        WorkerFeatures.expiringKeys(),
                        slots,
                        providers(config, models),
                        AnswerLimits.of(config.worker(), slots, config.topics().maxResponseBytes()),
                        chunks(settings),
                        settings.clock(),
                        settings.ticker());
        return start(settings, calls);
    }

    /**
     * Starts a worker that calls the given providers instead of the configured ones, and returns at
     * once.
     *
     * @param providers closed when the worker ends, or if it cannot be started
     * @throws IllegalArgumentException if the configuration has no cluster or no model to serve
     * @throws KafkaException if a client property is invalid
     */
    public static Worker start(WorkerSettings settings, Providers providers) {
        try {
            MillraceConfig config = settings.config();
            Map<String, Model> models = models(config);
            var clients = clients(settings);
            var log =
                    new KafkaResultLog(
                            clients,
                            RecordSizes.of(config.topics()),
                            config.topics().keyPartitions());
            var worker =
                    new Worker(
                            settings,
                            log,
                            loop(settings, clients, log, models, providers),
                            List.copyOf(topics(config, models).keySet()));
            worker.thread.start();
            return worker;
        } catch (IllegalArgumentException | KafkaException e) {
            providers.close();
            throw e;
        }
    }

    private static ChunkLog chunks(WorkerSettings settings) {
        MillraceConfig config = settings.config();
        String prefix = config.topics().prefix();
        return config.kafka()
                .<ChunkLog>map(
                        it ->
                                ChunkForwarder.of(
                                        it.properties(),
                                        new Topics(prefix).chunks(),
                                        config.topics().keyPartitions(),
                                        prefix + "worker-" + settings.instance() + "-chunks",
                                        settings.ticker()))
                .orElse(ChunkLog.NONE);
    }

    private static Map<String, Model> models(MillraceConfig config) {
        Map<String, Model> models =
                config.modelsInService().stream()
                        .filter(model -> config.worker().models().includes(model.name()))
                        .collect(Collectors.toMap(Model::name, Function.identity()));
        if (models.isEmpty()) {
            throw new IllegalArgumentException("worker.models names no model that is in service");
        }
        return models;
    }

    private static Map<String, JobTopic> topics(MillraceConfig config, Map<String, Model> models) {
        var names = new Topics(config.topics().prefix());
        var topics = new TreeMap<String, JobTopic>();
        for (String model : models.keySet()) {
            for (Lane lane : Lane.values()) {
                if (config.worker().laneWeights().serves(lane)) {
                    topics.put(names.jobs(model, lane), new JobTopic(model, lane));
                }
            }
        }
        return topics;
    }

    private static ClientSettings clients(WorkerSettings settings) {
        MillraceConfig config = settings.config();
        KafkaConfig kafka =
                config.kafka()
                        .orElseThrow(
                                () -> new IllegalArgumentException("no Kafka cluster is given"));
        return new ClientSettings(
                kafka.properties(), config.topics().prefix(), settings.instance(), config.worker());
    }

    private static WorkerLoop loop(
            WorkerSettings settings,
            ClientSettings clients,
            ResultLog log,
            Map<String, Model> models,
            Providers providers) {
        MillraceConfig config = settings.config();
        var names = new Topics(config.topics().prefix());
        RecordSizes sizes = RecordSizes.of(config.topics());
        var outputs = new OutputRecords(names, sizes.result() - RESULT_OVERHEAD_BYTES);
        return WorkerLoop.create(
                new WorkerLoop.Ports(
                        new KafkaJobSource(clients),
                        log,
                        KafkaJobTopics.open(clients, names.control(), settings.registry()),
                        providers,
                        KafkaControl.open(clients),
                        permits(settings, names)),
                new ServedModels(
                        models,
                        topics(config, models),
                        fallbacks(config, settings.translations()),
                        config.catalog().version(),
                        outputs,
                        ConfiguredLimits.of(config),
                        tenant -> config.tenant(tenant).weight(),
                        settings.acceptResend()),
                config.worker().withInstance(settings.instance()),
                new Timing(new LoopClock(settings.clock(), settings.ticker()), settings.random()),
                WorkerFeatures.of(config, models.values(), settings.follower()),
                settings.registry());
    }

    private static PermitSource permits(WorkerSettings settings, Topics names) {
        if (!settings.sharesLimits()) {
            return PermitSource.LOCAL;
        }
        MillraceConfig config = settings.config();
        return new LeasedLimits(
                new LeasedLimits.Settings(
                        config.kafka().orElseThrow().properties(),
                        names.quota(),
                        config.topics().prefix() + "worker-" + settings.instance() + "-quota",
                        config.worker().lease(),
                        config.worker().timeouts().total(),
                        settings.ticker(),
                        settings.random()));
    }

    /**
     * Returns the models that jobs can fall back to, including models that only other workers
     * serve, which can have the keys of providers that are off here.
     */
    private static FallbackModels fallbacks(MillraceConfig config, List<Translation> translations) {
        return new FallbackModels(
                config.catalog().models().stream()
                        .filter(it -> config.providerOf(it).isPresent())
                        .collect(
                                Collectors.toMap(
                                        Model::name, it -> fallback(config, it, translations))));
    }

    private static FallbackModel fallback(
            MillraceConfig config, Model model, List<Translation> translations) {
        ProviderConfig provider = config.providerOf(model).orElseThrow();
        return new FallbackModel(model, model.urlsAt(provider.endpoints()), translations);
    }

    private static Map<String, ProviderConfig> providers(
            MillraceConfig config, Map<String, Model> models) {
        var providers = new HashMap<String, ProviderConfig>();
        models.values()
                .forEach(
                        model ->
                                config.providerOf(model)
                                        .ifPresent(it -> providers.put(model.provider(), it)));
        return providers;
    }

    /**
     * Passes each committed result to a receiver in this process, which need not wait until Kafka
     * shows the result. The receiver also gets it from Kafka.
     *
     * @param receiver gets the id of the job and the line of its result, on the loop's thread; must
     *     return at once
     */
    public void passResultsTo(BiConsumer<String, byte[]> receiver) {
        log.passCommitted(
                records -> {
                    for (ProducerRecord<byte[], byte[]> record : records) {
                        if (record.topic().equals(results)) {
                            receiver.accept(new String(record.key(), ISO_8859_1), record.value());
                        }
                    }
                });
    }

    @Override
    public Health health() {
        return loop.health();
    }

    /**
     * Stops admitting jobs, waits up to {@code worker.drain_timeout} for running calls, commits
     * their results, and leaves the group. Then returns.
     */
    @Override
    public void close() {
        loop.stop();
        join();
    }

    /**
     * Aborts running calls, even while {@link #close} waits for them on another thread. Commits
     * finished calls; the next owner of a partition repeats the aborted calls.
     */
    public void stopNow() {
        loop.stopNow();
        join();
    }

    private void join() {
        boolean interrupted = false;
        while (thread.isAlive()) {
            try {
                thread.join(Duration.ofDays(1));
            } catch (InterruptedException e) {
                interrupted = true;
                loop.stopNow();
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
