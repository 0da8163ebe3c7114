package dev.millrace.standalone.usage;

import dev.millrace.contracts.catalog.Model;
import dev.millrace.contracts.config.MillraceConfig;
import dev.millrace.contracts.control.ControlState;
import dev.millrace.standalone.budget.MoneyQueue;
import dev.millrace.standalone.console.UserError;
import dev.millrace.standalone.control.PipelineClient;
import dev.millrace.standalone.lateness.JobTimesSource;
import dev.millrace.standalone.lateness.KafkaJobTimes;
import dev.millrace.standalone.lateness.LaneQueue;
import dev.millrace.standalone.lateness.LatenessMonitor;
import dev.millrace.standalone.lateness.ModelLateness;
import dev.millrace.standalone.status.StatusReader;
import dev.millrace.standalone.topics.TopicAdminException;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.MultiGauge;
import io.micrometer.core.instrument.MultiGauge.Row;
import io.micrometer.core.instrument.Tags;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import java.util.function.ToLongFunction;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Shows the backlog of each model over the whole cluster, how late it is, which models are paused,
 * and which jobs wait for money. A thread of its own reads them every {@value #EVERY_SECONDS}
 * seconds. What cannot be read has no metrics.
 */
public final class BacklogMetrics implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(BacklogMetrics.class);
    private static final long EVERY_SECONDS = 15;

    private static final String EVERYTHING = "the backlog and control";

    /** Most tenants that are shown. */
    private static final int MAX_TENANTS = 1_000;

    private final Sources sources;
    private final List<String> models;
    private final LatenessMonitor latenessMonitor;
    private final InstantSource clock;
    private final LongSupplier nanoTicker;
    private final MultiGauge waiting;
    private final MultiGauge running;
    private final MultiGauge late;
    private final MultiGauge oldest;
    private final MultiGauge paused;
    private final MultiGauge unfunded;
    private final ScheduledExecutorService executor =
            Executors.newSingleThreadScheduledExecutor(
                    task ->
                            Thread.ofPlatform()
                                    .name("millrace-backlog-metrics")
                                    .daemon()
                                    .unstarted(task));
    private final Set<String> missing = new HashSet<>();

    /**
     * Reads from the cluster. Every source throws {@link UserError} or {@link TopicAdminException}
     * when it cannot be read.
     *
     * @param lanes supplies the queues of all lanes
     * @param control supplies the state of control
     * @param jobTimes reads sampled jobs
     */
    record Sources(
            Supplier<List<LaneQueue>> lanes,
            Supplier<ControlState> control,
            JobTimesSource jobTimes) {}

    /**
     * Creates metrics that nothing updates.
     *
     * @param models names of the models in service
     * @param clock for deadlines and ages
     * @param nanoTicker for rates
     */
    BacklogMetrics(
            Sources sources,
            List<String> models,
            InstantSource clock,
            LongSupplier nanoTicker,
            MeterRegistry registry) {
        this.models = List.copyOf(models);
        this.sources = sources;
        this.clock = clock;
        this.nanoTicker = nanoTicker;
        latenessMonitor = new LatenessMonitor(sources.jobTimes());
        waiting =
                MultiGauge.builder("millrace.backlog.waiting")
                        .description("Jobs without a call in flight")
                        .register(registry);
        running =
                MultiGauge.builder("millrace.backlog.running")
                        .description("Jobs whose call may be in flight")
                        .register(registry);
        late =
                MultiGauge.builder("millrace.backlog.late.ratio")
                        .description("Share of the waiting jobs that will miss their deadline")
                        .register(registry);
        oldest =
                MultiGauge.builder("millrace.backlog.oldest.seconds")
                        .description("Time since the oldest waiting job was submitted")
                        .register(registry);
        paused =
                MultiGauge.builder("millrace.backlog.paused")
                        .description("1 while the model is paused")
                        .register(registry);
        unfunded =
                MultiGauge.builder("millrace.backlog.unfunded")
                        .description("Jobs that wait for money of a budget")
                        .register(registry);
    }

    /**
     * Starts to show the backlog of the pipeline with the given configuration.
     *
     * @param nanoTicker ticker for timeouts and rates
     */
    public static BacklogMetrics start(
            MillraceConfig config,
            InstantSource clock,
            LongSupplier nanoTicker,
            MeterRegistry registry) {
        var client = PipelineClient.of(config);
        var reader = new StatusReader(client, config, clock, nanoTicker);
        var jobTimes = new KafkaJobTimes(client, nanoTicker);
        var metrics =
                new BacklogMetrics(
                        new Sources(
                                reader::readLanes,
                                reader::readControl,
                                offsets -> client.call(() -> jobTimes.read(offsets))),
                        config.modelsInService().stream().map(Model::name).toList(),
                        clock,
                        nanoTicker,
                        registry);
        var _ =
                metrics.executor.scheduleWithFixedDelay(
                        metrics::update, 0, EVERY_SECONDS, TimeUnit.SECONDS);
        return metrics;
    }

    /**
     * Reads everything once. Throws nothing, since an exception would end the scheduled task and
     * leave the metrics as they are.
     */
    void update() {
        try {
            readAndShow();
            missing.remove(EVERYTHING);
        } catch (RuntimeException e) {
            List.of(waiting, running, late, oldest, paused, unfunded)
                    .forEach(it -> it.register(List.of(), true));
            onMissing(EVERYTHING, e);
        }
    }

    private void readAndShow() {
        List<LaneQueue> lanes = readOrMiss("the backlog", sources.lanes(), List.of());
        show(waiting, lanes, LaneQueue::waiting);
        show(running, lanes, LaneQueue::running);
        showLateness(
                readOrMiss(
                        "the lateness of jobs",
                        () ->
                                latenessMonitor.onReading(
                                        lanes, clock.instant(), nanoTicker.getAsLong()),
                        List.of()));
        showControl(
                readOrMiss(
                        "control", () -> Optional.of(sources.control().get()), Optional.empty()));
    }

    private <T> T readOrMiss(String subject, Supplier<T> source, T none) {
        try {
            T value = source.get();
            missing.remove(subject);
            return value;
        } catch (RuntimeException e) {
            onMissing(subject, e);
            return none;
        }
    }

    private void onMissing(String subject, RuntimeException e) {
        if (!missing.add(subject) || executor.isShutdown()) {
            return;
        }
        if (e instanceof UserError || e instanceof TopicAdminException) {
            LOG.atWarn().log("metrics of {} are missing: {}", subject, e.getMessage());
        } else {
            LOG.atError().setCause(e).log("metrics of {} are missing: {}", subject, e.toString());
        }
    }

    private static void show(
            MultiGauge gauge, List<LaneQueue> lanes, ToLongFunction<LaneQueue> count) {
        List<Row<?>> rows = new ArrayList<>();
        for (LaneQueue it : lanes) {
            rows.add(
                    Row.of(
                            Tags.of("model", it.model(), "lane", it.lane().word()),
                            count.applyAsLong(it)));
        }
        gauge.register(rows, true);
    }

    private void showLateness(List<ModelLateness> models) {
        List<Row<?>> shares = new ArrayList<>();
        List<Row<?>> ages = new ArrayList<>();
        for (ModelLateness it : models) {
            var tags = Tags.of("model", it.model());
            if (it.lateShare() != null) {
                shares.add(Row.of(tags, it.lateShare()));
            }
            if (it.oldest() != null) {
                ages.add(Row.of(tags, it.oldest().toSeconds()));
            }
        }
        late.register(shares, true);
        oldest.register(ages, true);
    }

    /** Shows a state of control; empty if it is unknown. */
    private void showControl(Optional<ControlState> control) {
        List<Row<?>> pauses = new ArrayList<>();
        List<Row<?>> moneyQueues = new ArrayList<>();
        control.ifPresent(
                state -> {
                    models.forEach(
                            it ->
                                    pauses.add(
                                            Row.of(
                                                    Tags.of("model", it),
                                                    state.isPaused(it) ? 1 : 0)));
                    MoneyQueue.byTenant(state).entrySet().stream()
                            .limit(MAX_TENANTS)
                            .forEach(
                                    it ->
                                            moneyQueues.add(
                                                    Row.of(
                                                            Tags.of("tenant", it.getKey()),
                                                            it.getValue())));
                });
        paused.register(pauses, true);
        unfunded.register(moneyQueues, true);
    }

    @Override
    public void close() {
        executor.shutdownNow();
    }
}
