package dev.millrace.standalone.run;

import dev.millrace.contracts.result.CostEvent;
import dev.millrace.contracts.result.CostKind;
import dev.millrace.contracts.result.DeadLetter;
import dev.millrace.contracts.result.ResultView;
import dev.millrace.sink.StoredOutcome;
import dev.millrace.standalone.pipeline.Pipeline;
import dev.millrace.standalone.pipeline.PipelinePart;
import dev.millrace.standalone.pipeline.PipelineSettings;
import dev.millrace.standalone.run.journal.PlanCursor;
import dev.millrace.standalone.run.journal.RunJournal;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * One run, from the first byte of the input to the summary. The main thread reads and publishes,
 * waits, and exports, while the pipeline's threads work.
 */
public final class BatchRun {
    private static final Duration TICK = Duration.ofMillis(50);

    /** How long the last outcome and its cost may lag behind before something is wrong. */
    private static final Duration STORE_LAG = Duration.ofSeconds(30);

    private final RunSettings settings;
    private final RunContext context;
    private final Progress progress = new Progress();
    private final LiveProgress live;
    private final MeterRegistry meters = new SimpleMeterRegistry();

    public BatchRun(RunSettings settings, RunContext context) {
        this.settings = settings;
        this.context = context;
        live = new LiveProgress(context, progress);
    }

    /**
     * Runs the batch.
     *
     * @param report is given the summary as soon as it is known, before all is shut down; nothing
     *     when the user stopped the run before all lines of a known file were planned
     * @throws RunFailure when it cannot go on
     */
    public void run(Consumer<Summary> report) throws IOException, InterruptedException {
        try (var journal = RunJournal.open(context.data().journal());
                var answers = Answers.open(context.jdbcUrl());
                var pipeline = new PipelineStart(this::startPipeline)) {
            if (journal.isEmpty()) {
                pipeline.begin();
            }
            Optional<Survey> survey =
                    Survey.unlessStopped(
                            settings, context.config(), context.interrupts()::isStopping);
            if (survey.isPresent()) {
                run(survey.get(), journal, answers, pipeline, report);
            }
        }
    }

    private void run(
            Survey survey,
            RunJournal journal,
            Answers answers,
            PipelineStart pipeline,
            Consumer<Summary> report)
            throws IOException, InterruptedException {
        progress.expect(survey.lines());
        Optional<Map<Long, String>> fileNames =
                new Publishing(settings, context, progress, live)
                        .publish(survey, journal, answers, pipeline);
        if (fileNames.isPresent() && !progress.isDone()) {
            awaitOutcomes(pipeline.get());
        }
        live.end();
        if (fileNames.isPresent()) {
            report.accept(export(journal, answers, survey.lines(), fileNames.get()));
        }
    }

    /**
     * Tries whether the results can be written, so that this is known before any call is paid.
     *
     * @throws IOException when they cannot
     */
    public static void checkOutput(Path output) throws IOException {
        OutputFile.check(output);
    }

    private Pipeline startPipeline() {
        return Pipeline.start(
                new PipelineSettings(
                        context.config().withReadyProviders(),
                        context.data(),
                        EnumSet.allOf(PipelinePart.class),
                        0,
                        meters,
                        this::onStored,
                        false));
    }

    private void onStored(List<StoredOutcome> outcomes) {
        for (StoredOutcome outcome : outcomes) {
            switch (outcome) {
                case StoredOutcome.Finished(ResultView result, _) -> {
                    if (result.line() != null) {
                        progress.onResult(
                                result.batch(),
                                result.line(),
                                result.errorCode() != null,
                                context.nanos().getAsLong());
                    }
                }
                case StoredOutcome.Rejected(DeadLetter letter, _) -> {
                    if (letter.batch() != null && letter.line() != null) {
                        progress.onDeadLetter(
                                letter.batch(),
                                letter.line(),
                                Duplicates.isDuplicate(letter.reason()));
                    }
                }
                case StoredOutcome.Charged(CostEvent event, _) -> {
                    if (event.kind() == CostKind.BILLED) {
                        progress.onCost(event.costUsd());
                    }
                }
                case StoredOutcome.Unreadable _ -> {}
            }
        }
    }

    /** Waits until every line has its outcome, or the user wants to stop. */
    private void awaitOutcomes(Pipeline pipeline) throws InterruptedException {
        var stopped =
                new StoppedPartitions(
                        context.terminal(),
                        context.data().root(),
                        context.nanos(),
                        meters,
                        pipeline::health);
        while (!progress.isDone()
                && !context.interrupts().await(TICK.toMillis(), TimeUnit.MILLISECONDS)) {
            live.onTick();
            pipeline.requireAlive();
            stopped.onTick(progress.left(), live::end);
        }
        live.end();
        if (context.interrupts().isStopping()) {
            context.terminal().say("stopping: running calls are finished and kept …");
            pipeline.close();
        }
    }

    private Summary export(
            RunJournal journal, Answers answers, long lines, Map<Long, String> fileNames)
            throws IOException {
        var export = new Export(answers, fileNames, new StoreLag());
        Tally tally;
        try (PlanCursor plan = journal.plan();
                var output = OutputFile.open(settings.output())) {
            tally = export.write(plan, output.stream());
            boolean isWhole = tally.lines() == lines;
            if (progress.isDone() && !isWhole && !context.interrupts().isStopping()) {
                throw new RunFailure(
                        "%,d outcomes did not reach the store; run the same command again"
                                .formatted(lines - tally.lines()),
                        null);
            }
            output.commit();
        }
        Long first = progress.firstResultNanos();
        return tally.toSummary(
                settings.output().toString(),
                sinceStart(context.nanos().getAsLong()),
                first == null ? null : sinceStart(first),
                progress.isDone() && tally.lines() == lines);
    }

    private long sinceStart(long nanos) {
        return TimeUnit.NANOSECONDS.toMillis(nanos - context.startNanos());
    }

    /** The progress is told of what is stored; a cost may be stored a little after its result. */
    private final class StoreLag implements Export.Waiting {
        private final long until = context.nanos().getAsLong() + STORE_LAG.toNanos();

        @Override
        public boolean forMore() {
            if (!progress.isDone() || until - context.nanos().getAsLong() < 0) {
                return false;
            }
            try {
                return !context.interrupts().await(TICK.toMillis(), TimeUnit.MILLISECONDS);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return false;
            }
        }
    }
}
