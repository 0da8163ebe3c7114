package dev.millrace.standalone.run.publish;

import dev.millrace.contracts.budget.BudgetLimit;
import dev.millrace.contracts.config.MillraceConfig;
import dev.millrace.contracts.control.ControlKey.BatchLimit;
import dev.millrace.producer.MillraceProducer;
import dev.millrace.producer.ProducerSettings;
import dev.millrace.producer.Published;
import dev.millrace.standalone.budget.BatchLimitWriter;
import dev.millrace.standalone.control.PipelineClient;
import dev.millrace.standalone.manifest.LocalUser;
import dev.millrace.standalone.pipeline.Pipeline;
import dev.millrace.standalone.pipeline.PipelinePart;
import dev.millrace.standalone.run.input.InputSummary;
import dev.millrace.standalone.run.input.ProviderReadiness;
import dev.millrace.standalone.run.input.RunContext;
import dev.millrace.standalone.run.input.RunFailure;
import dev.millrace.standalone.run.input.RunSettings;
import dev.millrace.standalone.run.journal.Generation;
import dev.millrace.standalone.run.journal.PlanCursor;
import dev.millrace.standalone.run.journal.RunJournal;
import dev.millrace.standalone.run.journal.RunPlan;
import dev.millrace.standalone.run.progress.ProgressDisplay;
import dev.millrace.standalone.run.progress.RunProgress;
import dev.millrace.standalone.run.results.OutcomeLookup;
import java.io.IOException;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;

/**
 * Plans and publishes the lines of a run, on the main thread.
 *
 * <p>If all files are new, lines are published while the input is read, one page after the other,
 * each as soon as the journal has it. If an earlier run has read one of the files, the whole input
 * is planned before any line is published. The plan then knows which lines have outcomes before the
 * first outcome of this run arrives, and which generations are contiguous.
 */
public final class BatchPublisher {
    private final RunSettings settings;
    private final RunContext context;
    private final RunProgress progress;
    private final ProgressDisplay display;
    private final Instant start;
    private Set<BatchLimit> batches = Set.of();

    /** Creates a publisher that reports to the given progress and display. */
    public BatchPublisher(
            RunSettings settings,
            RunContext context,
            RunProgress progress,
            ProgressDisplay display) {
        this.settings = settings;
        this.context = context;
        this.progress = progress;
        this.display = display;
        this.start = context.clock().instant();
    }

    /**
     * Plans the input and publishes the lines that need it.
     *
     * @return names of the files by file id; empty if the user stopped the run before the lines of
     *     a known file were planned, in which case nothing has changed
     */
    public Optional<Map<Long, String>> publish(
            InputSummary input,
            RunJournal journal,
            OutcomeLookup outcomes,
            AsyncPipelineStart pipeline)
            throws IOException {
        LinePlanner.Planned planned;
        LinePlanner planner;
        try (RunPlan plan =
                journal.newPlan(
                        start,
                        context.config().router().repeatsWindow(),
                        new StoredOutcomes(outcomes, context.terminal()))) {
            planner = new LinePlanner(settings, input, plan, outcomes, progress);
            batches = planner.batches();
            planner.renamed().forEach(context.terminal()::say);
            if (planner.hasOnlyNewFiles() && input.lines() > 0) {
                input.requireReady(context.config());
                publishWhileReading(planner, plan, journal, pipeline.get());
                return Optional.of(fileNames(planner));
            }
            planned = planner.plan(_ -> !isStopping());
            if (isStopping()) {
                return Optional.empty();
            }
            planner.changed().forEach(context.terminal()::say);
            ProviderReadiness.requireReady(context.config(), planned.models());
            plan.commit();
        }
        if (!progress.isDone()) {
            publishPlan(planner, planned.nonContiguous(), journal, pipeline.get());
        }
        return Optional.of(fileNames(planner));
    }

    /** Returns the batches of the lines that had no outcome when they were planned. */
    public Set<BatchLimit> batches() {
        return batches;
    }

    /** Commits each page to the journal before it is published, so that a later run knows it. */
    private void publishWhileReading(
            LinePlanner planner, RunPlan plan, RunJournal journal, Pipeline pipeline)
            throws IOException {
        try (var producer = MillraceProducer.open(producerSettings(pipeline), context.clock())) {
            var publisher = new LinePublisher(journal, producer, Set.of());
            Runnable writeLimits = limitWriter(pipeline);
            planner.plan(
                    page -> {
                        plan.commit();
                        writeLimits.run();
                        page.forEach(it -> publisher.publish(it.planned(), it.source()));
                        return !isStopping();
                    });
            plan.commit();
            publisher.finish();
            sendManifests(planner, producer);
        }
    }

    /** Publishes the manifests once all lines are published: a stopped run knows only some. */
    private void sendManifests(LinePlanner planner, MillraceProducer producer) {
        if (isStopping()) {
            return;
        }
        List<CompletableFuture<Published>> sent =
                planner.manifests(start, LocalUser.name()).stream().map(producer::send).toList();
        producer.flush();
        try {
            sent.forEach(CompletableFuture::join);
        } catch (CompletionException e) {
            throw new RunFailure(
                    "Kafka rejected a manifest: "
                            + (e.getCause() == null ? e : e.getCause()).getMessage(),
                    e);
        }
    }

    private void publishPlan(
            LinePlanner planner,
            Set<Generation> nonContiguous,
            RunJournal journal,
            Pipeline pipeline)
            throws IOException {
        try (var producer = MillraceProducer.open(producerSettings(pipeline), context.clock());
                PlanCursor plan = journal.openPlan()) {
            limitWriter(pipeline).run();
            var publisher = new LinePublisher(journal, producer, nonContiguous);
            new PlanPublisher(settings, planner.fileIds(), this::isStopping)
                    .publish(plan, publisher);
            publisher.finish();
            sendManifests(planner, producer);
        }
    }

    /** Returns an action that writes the limit of each batch that was planned, if there is one. */
    private Runnable limitWriter(Pipeline pipeline) {
        BudgetLimit limit = settings.batchLimit();
        if (limit == null) {
            return () -> {};
        }
        var writer =
                new BatchLimitWriter(PipelineClient.of(pipeline.config()), limit, context.random());
        return () -> writer.write(batches);
    }

    private Map<Long, String> fileNames(LinePlanner planner) {
        var names = new LinkedHashMap<Long, String>();
        for (int i = 0; i < settings.files().size(); i++) {
            names.put(planner.fileIds().get(i), settings.files().get(i).name());
        }
        return names;
    }

    private boolean isStopping() {
        display.onTick();
        return context.interrupts().isStopping();
    }

    private ProducerSettings producerSettings(Pipeline pipeline) {
        MillraceConfig config = pipeline.config();
        BudgetLimit limit = settings.batchLimit();
        return new ProducerSettings(
                config.kafka().orElseThrow().properties(),
                settings.requestTopic(),
                config.topics(),
                settings.boundTenant(),
                Pipeline.heapShare(PipelinePart.ofBatchRun()),
                limit == null ? null : limit.limitUsd());
    }
}
