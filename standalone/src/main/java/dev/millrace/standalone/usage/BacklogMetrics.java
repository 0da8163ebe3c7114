package dev.millrace.standalone.usage;

import dev.millrace.contracts.config.MillraceConfig;
import dev.millrace.standalone.console.UserError;
import dev.millrace.standalone.control.PipelineClient;
import dev.millrace.standalone.status.Backlog;
import dev.millrace.standalone.status.ModelQueue;
import dev.millrace.standalone.status.StatusReader;
import dev.millrace.standalone.topics.TopicAdminException;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.MultiGauge;
import io.micrometer.core.instrument.MultiGauge.Row;
import io.micrometer.core.instrument.Tags;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import java.util.function.ToLongFunction;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Shows the backlog of each model and lane over the whole cluster. A thread of its own reads the
 * backlog every {@value #EVERY_SECONDS} seconds. While it cannot be read, there are no such
 * metrics.
 */
public final class BacklogMetrics implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(BacklogMetrics.class);
    private static final long EVERY_SECONDS = 15;

    private final Supplier<List<ModelQueue>> reader;
    private final MultiGauge waiting;
    private final MultiGauge running;
    private final ScheduledExecutorService executor =
            Executors.newSingleThreadScheduledExecutor(
                    task ->
                            Thread.ofPlatform()
                                    .name("millrace-backlog-metrics")
                                    .daemon()
                                    .unstarted(task));
    private boolean isKnown = true;

    /**
     * Creates metrics that nothing updates.
     *
     * @param reader reads the backlogs from the cluster
     */
    BacklogMetrics(Supplier<List<ModelQueue>> reader, MeterRegistry registry) {
        this.reader = reader;
        waiting =
                MultiGauge.builder("millrace.backlog.waiting")
                        .description("Jobs without a call in flight")
                        .register(registry);
        running =
                MultiGauge.builder("millrace.backlog.running")
                        .description("Jobs whose call may be in flight")
                        .register(registry);
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
        var metrics = new BacklogMetrics(reader::readBacklogs, registry);
        var _ =
                metrics.executor.scheduleWithFixedDelay(
                        metrics::update, 0, EVERY_SECONDS, TimeUnit.SECONDS);
        return metrics;
    }

    /** Reads the backlog once. */
    void update() {
        try {
            List<ModelQueue> queues = reader.get();
            show(waiting, queues, Backlog::waiting);
            show(running, queues, Backlog::running);
            isKnown = true;
        } catch (UserError | TopicAdminException e) {
            show(waiting, List.of(), Backlog::waiting);
            show(running, List.of(), Backlog::running);
            if (isKnown && !executor.isShutdown()) {
                LOG.atWarn().log("metrics of the backlog are missing: {}", e.getMessage());
            }
            isKnown = false;
        }
    }

    private static void show(
            MultiGauge gauge, List<ModelQueue> queues, ToLongFunction<Backlog> count) {
        List<Row<?>> rows = new ArrayList<>();
        for (ModelQueue queue : queues) {
            queue.lanes()
                    .forEach(
                            (lane, backlog) ->
                                    rows.add(
                                            Row.of(
                                                    Tags.of(
                                                            "model",
                                                            queue.model(),
                                                            "lane",
                                                            lane.word()),
                                                    count.applyAsLong(backlog))));
        }
        gauge.register(rows, true);
    }

    @Override
    public void close() {
        executor.shutdownNow();
    }
}
