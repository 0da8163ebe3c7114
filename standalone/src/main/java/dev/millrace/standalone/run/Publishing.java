package dev.millrace.standalone.run;

import dev.millrace.contracts.config.MillraceConfig;
import dev.millrace.producer.MillraceProducer;
import dev.millrace.producer.ProducerSettings;
import dev.millrace.standalone.pipeline.Pipeline;
import dev.millrace.standalone.pipeline.PipelinePart;
import dev.millrace.standalone.run.journal.Generation;
import dev.millrace.standalone.run.journal.PlanCursor;
import dev.millrace.standalone.run.journal.RunJournal;
import dev.millrace.standalone.run.journal.RunPlan;
import java.io.IOException;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;

/**
 * Plans and publishes the lines of a run, on the main thread.
 *
 * <p>Files that no earlier run has read are published while they are read, each page of lines as
 * soon as the journal has it. When an earlier run has read one of the files, everything is planned
 * before anything is published. Which lines are answered is then known before the first answer of
 * this run; and whether "all up to here" can be said of what was published.
 */
final class Publishing {
    private final RunSettings settings;
    private final RunContext context;
    private final Progress progress;
    private final LiveProgress live;

    Publishing(RunSettings settings, RunContext context, Progress progress, LiveProgress live) {
        this.settings = settings;
        this.context = context;
        this.progress = progress;
        this.live = live;
    }

    /**
     * Publishes what there is to publish.
     *
     * @return the names of the files by their ids; empty when the user stopped the run before it
     *     had planned the lines of a known file, and nothing is different from before it
     */
    Optional<Map<Long, String>> publish(
            Survey survey, RunJournal journal, Answers answers, PipelineStart pipeline)
            throws IOException {
        Scan.Found found;
        Scan scan;
        try (RunPlan plan =
                journal.newPlan(
                        context.clock().instant(),
                        context.config().router().repeatsWindow(),
                        takenBatches(answers))) {
            scan = new Scan(settings, survey, plan, answers, progress);
            if (scan.isAllNew() && survey.lines() > 0) {
                survey.requireReady(context.config());
                publishWhileReading(scan, plan, journal, pipeline.get());
                return Optional.of(fileNames(scan));
            }
            found = scan.read(_ -> !isStopping());
            if (isStopping()) {
                return Optional.empty();
            }
            Reach.requireReady(context.config(), found.models());
            plan.commit();
        }
        if (!progress.isDone()) {
            publishPlanned(scan.fileIds(), found.moved(), journal, pipeline.get());
        }
        return Optional.of(fileNames(scan));
    }

    /** A line is in the journal before it is published, as every known line is. */
    private void publishWhileReading(Scan scan, RunPlan plan, RunJournal journal, Pipeline pipeline)
            throws IOException {
        try (var producer = MillraceProducer.open(producerSettings(pipeline), context.clock())) {
            var publisher = new Publisher(journal, producer, Set.of());
            scan.read(
                    page -> {
                        plan.commit();
                        page.forEach(it -> publisher.publish(it.planned(), it.line()));
                        return !isStopping();
                    });
            plan.commit();
            publisher.finish();
        }
    }

    private void publishPlanned(
            List<Long> fileIds, Set<Generation> moved, RunJournal journal, Pipeline pipeline)
            throws IOException {
        try (var producer = MillraceProducer.open(producerSettings(pipeline), context.clock());
                PlanCursor plan = journal.plan()) {
            var publisher = new Publisher(journal, producer, moved);
            new SecondReading(settings, fileIds, this::isStopping).publish(plan, publisher);
            publisher.finish();
        }
    }

    /** The names of new batches avoid those of other runs that share the database. */
    private Predicate<String> takenBatches(Answers answers) {
        boolean isShared = !context.jdbcUrl().equals("jdbc:sqlite:" + context.data().database());
        return isShared ? answers::hasBatch : _ -> false;
    }

    private Map<Long, String> fileNames(Scan scan) {
        var names = new LinkedHashMap<Long, String>();
        for (int i = 0; i < settings.files().size(); i++) {
            names.put(scan.fileIds().get(i), settings.files().get(i).name());
        }
        return names;
    }

    private boolean isStopping() {
        live.onTick();
        return context.interrupts().isStopping();
    }

    private ProducerSettings producerSettings(Pipeline pipeline) {
        MillraceConfig config = pipeline.config();
        return new ProducerSettings(
                config.kafka().orElseThrow().properties(),
                settings.requestTopic(),
                config.topics(),
                settings.boundTenant(),
                Pipeline.heapShare(EnumSet.allOf(PipelinePart.class)));
    }
}
