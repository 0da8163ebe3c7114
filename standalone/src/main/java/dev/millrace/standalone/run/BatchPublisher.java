package dev.millrace.standalone.run;

import dev.millrace.configuration.MillraceConfig;
import dev.millrace.contracts.budget.BudgetLimit;
import dev.millrace.contracts.control.ControlKey.BatchLimit;
import dev.millrace.producer.ProducerSettings;
import dev.millrace.standalone.batch.BatchLimitWriter;
import dev.millrace.standalone.batch.Publication;
import dev.millrace.standalone.client.LocalUser;
import dev.millrace.standalone.client.PipelineClient;
import dev.millrace.standalone.console.UserError;
import dev.millrace.standalone.pipeline.Pipeline;
import dev.millrace.standalone.pipeline.PipelinePart;
import dev.millrace.standalone.run.journal.JournaledLine;
import dev.millrace.standalone.run.journal.PlanCursor;
import dev.millrace.standalone.run.journal.RunJournal;
import dev.millrace.standalone.run.journal.RunPlan;
import java.io.IOException;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Plans and publishes the lines of a run, on the main thread.
 *
 * <p>If all files are new, lines are published page by page while the input is read, each line
 * after the journal has saved it. If an earlier run has read one of the files, the whole input is
 * planned before any line is published. The plan then knows which lines have outcomes before the
 * first outcome of this run arrives.
 */
final class BatchPublisher {
    private final RunSettings settings;
    private final RunContext context;
    private final RunProgress progress;
    private final ProgressDisplay display;
    private final Instant start;
    private Set<BatchLimit> batches = Set.of();

    /** Creates a publisher that reports to the given progress and display. */
    BatchPublisher(
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
     *     a known file were planned, which changes nothing
     */
    Optional<Map<Long, String>> publish(
            InputSummary input,
            RunJournal journal,
            OutcomeLookup outcomes,
            AsyncPipelineStart pipeline)
            throws IOException {
        LinePlanner planner;
        var keys = new InputKeys(settings);
        if (settings.reuse() instanceof Reuse.Undecided && !journal.isEmpty()) {
            new EarlierAnswers(settings, journal, outcomes, keys)
                    .find(input.digests())
                    .forEach(this::requireDecision);
        }
        try (RunPlan plan =
                journal.newPlan(
                        start,
                        context.config().router().repeatsWindow(),
                        new StoredOutcomes(outcomes, context.terminal()))) {
            planner = new LinePlanner(settings, input, plan, outcomes, progress, keys::digest);
            batches = planner.batches();
            planner.renamed().forEach(context.terminal()::say);
            if (planner.hasOnlyNewFiles() && input.lines() > 0) {
                input.requireReady(context.config());
                publishWhileReading(planner, plan, journal, pipeline.get());
                return Optional.of(fileNames(planner));
            }
            planner.plan(_ -> !isStopping(", comparing the lines with earlier runs"));
            if (isStopping()) {
                return Optional.empty();
            }
            planner.changed().forEach(context.terminal()::say);
            ProviderReadiness.requireReady(context.config(), planner.models());
            plan.commit();
        }
        if (!progress.isDone()) {
            publishPlan(planner, journal, pipeline.get());
        }
        return Optional.of(fileNames(planner));
    }

    /** Stops the run before it pays for many answers again, and reports a few. */
    private void requireDecision(EarlierAnswers.Answered known) {
        if (known.isLargePart()) {
            throw UserError.usage(known.text() + ". " + known.advice());
        }
        context.terminal().say(known.text() + "; --reuse " + known.batch().name() + " uses them");
    }

    /** Returns the batches of the lines that had no outcome when they were planned. */
    Set<BatchLimit> batches() {
        return batches;
    }

    /** Commits each page to the journal before it is published, so that a later run knows it. */
    private void publishWhileReading(
            LinePlanner planner, RunPlan plan, RunJournal journal, Pipeline pipeline)
            throws IOException {
        try (var publication = open(journal, pipeline)) {
            Runnable writeLimits = limitWriter(pipeline);
            planner.plan(
                    page -> {
                        plan.commit();
                        writeLimits.run();
                        page.forEach(
                                it -> {
                                    JournaledLine target = it.planned().line();
                                    publication.publish(it.source(), target.batch(), target.line());
                                });
                        return !isStopping();
                    });
            plan.commit();
            end(planner, publication);
        }
    }

    private Publication open(RunJournal journal, Pipeline pipeline) {
        return Publication.open(producerSettings(pipeline), journal::recordPublished);
    }

    /**
     * Publishes the manifests if all lines are published; a stopped run knows only some of the
     * lines.
     */
    private void end(LinePlanner planner, Publication publication) {
        publication.finish();
        if (!isStopping()) {
            publication.announce(planner.manifests(start, LocalUser.name()));
        }
    }

    private void publishPlan(LinePlanner planner, RunJournal journal, Pipeline pipeline)
            throws IOException {
        try (var publication = open(journal, pipeline);
                PlanCursor plan = journal.openPlan()) {
            limitWriter(pipeline).run();
            new PlanPublisher(settings, planner.fileIds(), this::isStopping)
                    .publish(plan, publication);
            end(planner, publication);
        }
    }

    /** Returns an action that writes the limit, if any, of each planned batch. */
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
        return isStopping("");
    }

    /**
     * @param work what the run does, as the end of the progress line
     */
    private boolean isStopping(String work) {
        display.onTick(work);
        return context.interrupts().isStopping();
    }

    private ProducerSettings producerSettings(Pipeline pipeline) {
        MillraceConfig config = pipeline.config();
        BudgetLimit limit = settings.batchLimit();
        return new ProducerSettings(
                config.kafka().orElseThrow().properties(),
                settings.requestTopic(),
                config.topics().prefix(),
                config.topics().maxRequestBytes(),
                settings.boundTenant(),
                Pipeline.heapShare(PipelinePart.ofBatchRun()),
                limit == null ? null : limit.limitUsd(),
                settings.spending().defaults());
    }
}
