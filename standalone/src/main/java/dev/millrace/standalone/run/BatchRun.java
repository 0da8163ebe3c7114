package dev.millrace.standalone.run;

import dev.millrace.configuration.MillraceConfig;
import dev.millrace.contracts.budget.BudgetLimit;
import dev.millrace.contracts.control.ControlKey.BatchLimit;
import dev.millrace.contracts.result.CostEvent;
import dev.millrace.contracts.result.DeadLetter;
import dev.millrace.contracts.result.ResultView;
import dev.millrace.results.batch.TimeLeft;
import dev.millrace.sink.StoredOutcome;
import dev.millrace.standalone.client.PipelineClient;
import dev.millrace.standalone.console.UserError;
import dev.millrace.standalone.forecast.LineForecaster;
import dev.millrace.standalone.ops.GatewayServer;
import dev.millrace.standalone.ops.UsageServer;
import dev.millrace.standalone.pipeline.Pipeline;
import dev.millrace.standalone.pipeline.PipelinePart;
import dev.millrace.standalone.pipeline.PipelineSettings;
import dev.millrace.standalone.result.OutputFile;
import dev.millrace.standalone.run.PendingLines.PendingLine;
import dev.millrace.standalone.run.estimate.RunEstimate;
import dev.millrace.standalone.run.journal.PlanCursor;
import dev.millrace.standalone.run.journal.RunJournal;
import dev.millrace.standalone.status.BudgetStatus;
import dev.millrace.standalone.status.StatusReader;
import dev.millrace.standalone.usage.BackgroundUsage;
import dev.millrace.standalone.usage.PipelineUsage;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * One run, from the first byte of the input to the summary. The main thread reads and publishes the
 * input, waits for outcomes and writes the results, while the pipeline's threads work.
 */
final class BatchRun {
    private static final Duration TICK = Duration.ofMillis(50);

    /** Longest delay of the store behind the outcomes that the sink reports. */
    private static final Duration STORE_LAG = Duration.ofSeconds(30);

    private static final Duration DUPLICATES_INTERVAL = Duration.ofSeconds(1);

    private final RunSettings settings;
    private final RunContext context;
    private final RunProgress progress;
    private final ProgressDisplay display;
    private final MeterRegistry meters = new SimpleMeterRegistry();

    /** Budgets that all jobs together have exceeded. */
    private List<BudgetStatus> exceeded = List.of();

    private final boolean keepsDashboard;
    private long duplicatesReadNanos;

    /** Creates a run that has not started and ends with its batch. */
    BatchRun(RunSettings settings, RunContext context) {
        this(settings, context, false);
    }

    /**
     * Creates a run that has not started.
     *
     * @param keepsDashboard true to serve the dashboard after the summary, until a signal arrives
     */
    BatchRun(RunSettings settings, RunContext context, boolean keepsDashboard) {
        this.settings = settings;
        this.context = context;
        this.keepsDashboard = keepsDashboard;
        duplicatesReadNanos = context.startNanos();
        progress =
                new RunProgress(
                        estimates(settings, context).stream().findFirst().orElse(RunEstimate.NONE));
        display = new ProgressDisplay(context.terminal(), context.nanos(), progress);
    }

    private static List<RunEstimate> estimates(RunSettings settings, RunContext context) {
        return List.of(
                LineForecaster.ofRun(
                        context.config(),
                        settings.spending().defaults(),
                        context.clock().instant()));
    }

    /**
     * Runs the batch.
     *
     * @param report receives the summary before the pipeline is closed; receives nothing if the
     *     user stopped the run before all lines of a known file were planned
     * @throws UserError if the run fails
     */
    void run(Consumer<Summary> report) throws IOException, InterruptedException {
        try (var journal = RunJournal.open(context.data().journal());
                var outcomes = OutcomeLookup.open(context.jdbcUrl());
                var pipeline = new AsyncPipelineStart(this::startPipeline)) {
            if (journal.isEmpty()) {
                pipeline.begin();
            }
            Optional<InputSummary> input =
                    InputSummary.readUnlessStopped(
                            settings, context.config(), context.interrupts()::isStopping);
            if (input.isPresent()) {
                run(input.get(), journal, outcomes, pipeline, report);
            }
        }
    }

    private void run(
            InputSummary input,
            RunJournal journal,
            OutcomeLookup outcomes,
            AsyncPipelineStart pipeline,
            Consumer<Summary> report)
            throws IOException, InterruptedException {
        progress.setTotal(input.lines());
        var publisher = new BatchPublisher(settings, context, progress, display);
        Optional<Map<Long, String>> fileNames =
                publisher.publish(input, journal, outcomes, pipeline);
        if (fileNames.isEmpty()) {
            display.clear();
            return;
        }
        try (var usage = new BackgroundUsage(() -> serve(pipeline.get()), context.terminal())) {
            List<BudgetStatus> exhausted =
                    progress.isDone()
                            ? List.of()
                            : awaitOutcomes(pipeline.get(), publisher.batches(), outcomes, usage);
            display.clear();
            report.accept(export(journal, outcomes, input.lines(), fileNames.get(), exhausted));
            if (keepsDashboard) {
                keepDashboard(pipeline, usage);
            }
        }
    }

    private UsageServer serve(Pipeline pipeline) {
        MillraceConfig config = pipeline.config();
        return UsageServer.start(
                GatewayServer.address(config),
                config,
                PipelineUsage.readOnly(config, context.jdbcUrl(), context.clock(), context.nanos()),
                Pipeline.heapShare(PipelinePart.ofBatchRun()),
                context.clock(),
                context.nanos());
    }

    /** Serves the dashboard until the user stops the run. */
    private void keepDashboard(AsyncPipelineStart pipeline, BackgroundUsage usage)
            throws InterruptedException {
        if (context.interrupts().isStopping()) {
            return;
        }
        context.terminal().say("the dashboard stays open until Ctrl-C");
        Pipeline running = pipeline.get();
        do {
            running.requireAlive();
            usage.onTick(true, display::clear);
        } while (!context.interrupts().isEnded(TICK));
    }

    /**
     * Checks that the results can be written, before any call is paid for.
     *
     * @throws IOException if the results cannot be written
     */
    static void checkOutput(Path output) throws IOException {
        OutputFile.check(output);
    }

    private Pipeline startPipeline() {
        return Pipeline.start(
                new PipelineSettings(
                        context.config(),
                        context.data(),
                        PipelinePart.ofBatchRun(),
                        0,
                        meters,
                        this::onStored,
                        false,
                        false));
    }

    private void onStored(List<StoredOutcome> outcomes) {
        for (StoredOutcome outcome : outcomes) {
            switch (outcome) {
                case StoredOutcome.Finished(ResultView result, _) -> {
                    if (result.line() != null) {
                        progress.onResult(result.line(), result, context.nanos().getAsLong());
                    }
                }
                case StoredOutcome.Rejected(DeadLetter letter, _) -> {
                    if (letter.batch() != null && letter.line() != null) {
                        progress.onDeadLetter(
                                letter.batch(),
                                letter.line(),
                                OutcomeLookup.isDuplicate(letter.reason()));
                    }
                }
                case StoredOutcome.Charged(CostEvent event, _) -> progress.onCost(event);
                case StoredOutcome.Submitted _, StoredOutcome.Unreadable _ -> {}
            }
        }
    }

    /**
     * Waits until every line has an outcome, every unfinished job waits for money, or the user
     * stops the run.
     *
     * @return the exhausted budgets if every unfinished job waits for money
     */
    private List<BudgetStatus> awaitOutcomes(
            Pipeline pipeline,
            Set<BatchLimit> batches,
            OutcomeLookup outcomes,
            BackgroundUsage usage)
            throws InterruptedException {
        var stopped =
                new StoppedPartitionMonitor(
                        context.terminal(),
                        context.data().root(),
                        context.nanos(),
                        meters,
                        pipeline::health);
        var reader =
                new StatusReader(
                        PipelineClient.of(pipeline.config()),
                        pipeline.config(),
                        context.clock(),
                        context.nanos());
        var budgets =
                new BudgetMonitor(
                        context.terminal(),
                        context.nanos(),
                        context.clock(),
                        batches,
                        PipelineClient.of(pipeline.config())::read,
                        this::unpaidJobs);
        boolean waitsForMoney = false;
        try (var waits = new BackgroundWaits(reader::readWaits)) {
            var held = new WaitsMonitor(context.terminal(), pipeline::health, waits::latest);
            while (!waitsForMoney && !progress.isDone() && !context.interrupts().isEnded(TICK)) {
                display.onTick(
                        held.onTick(display::clear),
                        it -> TimeLeft.of(it, waits.latest(), context.clock().instant()));
                pipeline.requireAlive();
                stopped.onTick(progress.pending(), display::clear);
                usage.onTick(progress.firstResultNanos() != null, display::clear);
                waitsForMoney = budgets.onTick(progress.pending(), display::clear);
                endDuplicates(outcomes);
            }
        }
        display.clear();
        if (context.interrupts().isStopping()) {
            context.terminal().say("stopping: waiting for running calls; their results are kept …");
            pipeline.close();
        }
        if (waitsForMoney) {
            return budgets.exhausted();
        }
        exceeded = progress.isDone() ? exceeded(budgets) : List.of();
        return List.of();
    }

    /** Ends lines that are rejected because another command has published their jobs. */
    private void endDuplicates(OutcomeLookup outcomes) {
        long now = context.nanos().getAsLong();
        if (now - duplicatesReadNanos < DUPLICATES_INTERVAL.toNanos()) {
            return;
        }
        duplicatesReadNanos = now;
        for (PendingLine line : progress.rejected()) {
            if (outcomes.isDuplicateOfResult(line)) {
                progress.onDeadLetter(line.batch(), line.line(), false);
            }
        }
    }

    /** Returns the jobs that the worker holds because a budget is spent. */
    private long unpaidJobs() {
        Gauge gauge = meters.find("millrace.worker.jobs.unpaid").gauge();
        return gauge == null ? 0 : (long) gauge.value();
    }

    /** Returns the budgets that this run has exceeded, once the router knows all its costs. */
    private List<BudgetStatus> exceeded(BudgetMonitor budgets) {
        BudgetLimit limit = settings.batchLimit();
        if (limit == null) {
            return List.of();
        }
        boolean isAbove = progress.costUsd().compareTo(limit.limitUsd()) > 0;
        return budgets.exceeded(isAbove ? new StoreLag()::waitForMore : () -> false);
    }

    private Summary export(
            RunJournal journal,
            OutcomeLookup outcomes,
            long lines,
            Map<Long, String> fileNames,
            List<BudgetStatus> exhausted)
            throws IOException {
        var export = new ResultsExport(outcomes, fileNames, new StoreLag());
        SummaryBuilder summary;
        try (PlanCursor plan = journal.openPlan();
                var output = OutputFile.open(settings.output())) {
            summary = export.write(plan, output.stream());
            boolean isComplete = summary.lines() == lines;
            if (progress.isDone() && !isComplete && !context.interrupts().isStopping()) {
                throw UserError.failure(
                        "%,d outcomes did not reach the store; run the command again"
                                .formatted(lines - summary.lines()));
            }
            output.commit();
        }
        summary.onBudgets(exceeded);
        if (!exhausted.isEmpty()) {
            summary.onWaiting(progress.pending(), exhausted);
        }
        Long first = progress.firstResultNanos();
        return summary.toSummary(
                settings.output().toString(),
                sinceStart(context.nanos().getAsLong()),
                first == null ? null : sinceStart(first),
                progress.isDone() && summary.lines() == lines);
    }

    private long sinceStart(long nanos) {
        return TimeUnit.NANOSECONDS.toMillis(nanos - context.startNanos());
    }

    /** Waits for the store, up to {@link #STORE_LAG}. A cost can be stored after its result. */
    private final class StoreLag implements ResultsExport.StoreWait {
        private final long deadlineNanos = context.nanos().getAsLong() + STORE_LAG.toNanos();

        @Override
        public boolean waitForMore() {
            if (!progress.isDone() || deadlineNanos - context.nanos().getAsLong() < 0) {
                return false;
            }
            try {
                return !context.interrupts().isEnded(TICK);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return false;
            }
        }
    }
}
