package dev.millrace.standalone.usage;

import dev.millrace.configuration.MillraceConfig;
import dev.millrace.contracts.catalog.Model;
import dev.millrace.contracts.control.ControlState;
import dev.millrace.standalone.client.PipelineClient;
import dev.millrace.standalone.cluster.TopicAdminException;
import dev.millrace.standalone.console.UserError;
import dev.millrace.standalone.status.LaneBacklog;
import dev.millrace.standalone.status.StatusReader;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
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
 * Exports, for the whole cluster, the backlog of each model, the paused models, and the jobs that
 * wait for money. A dedicated thread reads them every {@value #EVERY_SECONDS} seconds. Unreadable
 * figures have no metrics.
 */
public final class BacklogMetrics implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(BacklogMetrics.class);
    private static final long EVERY_SECONDS = 15;

    private static final String EVERYTHING = "the backlog and control";

    /** Most tenants that are shown. */
    private static final int MAX_TENANTS = 1_000;

    private final Sources sources;
    private final List<String> models;
    private final GaugeRows waiting;
    private final GaugeRows running;
    private final GaugeRows paused;
    private final GaugeRows unfunded;
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
     * @param lanes supplies the backlogs of all lanes
     * @param control supplies the state of control
     */
    record Sources(Supplier<List<LaneBacklog>> lanes, Supplier<ControlState> control) {}

    /**
     * Creates metrics that nothing updates.
     *
     * @param models names of the models in service
     */
    BacklogMetrics(Sources sources, List<String> models, MeterRegistry registry) {
        this.models = List.copyOf(models);
        this.sources = sources;
        waiting =
                new GaugeRows(
                        registry, "millrace.backlog.waiting", "Jobs without a call in flight");
        running =
                new GaugeRows(
                        registry, "millrace.backlog.running", "Jobs whose call may be in flight");
        paused = new GaugeRows(registry, "millrace.backlog.paused", "1 while the model is paused");
        unfunded =
                new GaugeRows(
                        registry,
                        "millrace.backlog.unfunded",
                        "Jobs that wait for money of a budget");
    }

    /**
     * Starts to show the backlog of the pipeline with the given configuration.
     *
     * @param nanoTicker ticker for timeouts
     */
    public static BacklogMetrics start(
            MillraceConfig config,
            InstantSource clock,
            LongSupplier nanoTicker,
            MeterRegistry registry) {
        var reader = new StatusReader(PipelineClient.of(config), config, clock, nanoTicker);
        var metrics =
                new BacklogMetrics(
                        new Sources(reader::readLanes, reader::readControl),
                        config.modelsInService().stream().map(Model::name).toList(),
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
            List.of(waiting, running, paused, unfunded).forEach(it -> it.show(Map.of()));
            onMissing(EVERYTHING, e);
        }
    }

    private void readAndShow() {
        List<LaneBacklog> lanes = readOrMiss("the backlog", sources.lanes(), List.of());
        show(waiting, lanes, it -> it.backlog().count().records());
        show(running, lanes, it -> it.backlog().running());
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
            GaugeRows gauges, List<LaneBacklog> lanes, ToLongFunction<LaneBacklog> count) {
        Map<Tags, Double> values = new HashMap<>();
        for (LaneBacklog it : lanes) {
            values.put(
                    Tags.of("model", it.model(), "lane", it.lane().word()),
                    (double) count.applyAsLong(it));
        }
        gauges.show(values);
    }

    /** Shows a state of control; empty if it is unknown. */
    private void showControl(Optional<ControlState> control) {
        Map<Tags, Double> pauses = new HashMap<>();
        Map<Tags, Double> moneyQueues = new HashMap<>();
        control.ifPresent(
                state -> {
                    models.forEach(
                            it -> pauses.put(Tags.of("model", it), state.isPaused(it) ? 1.0 : 0.0));
                    MoneyQueue.byTenant(state).entrySet().stream()
                            .limit(MAX_TENANTS)
                            .forEach(
                                    it ->
                                            moneyQueues.put(
                                                    Tags.of("tenant", it.getKey()),
                                                    it.getValue().doubleValue()));
                });
        paused.show(pauses);
        unfunded.show(moneyQueues);
    }

    @Override
    public void close() {
        executor.shutdownNow();
    }
}
