package dev.millrace.router.step;

import dev.millrace.contracts.control.WorkerReport;
import dev.millrace.router.dedupe.SeenJobStore;
import dev.millrace.router.message.RoutingMessage.PlannedJob;
import dev.millrace.router.message.RoutingMessage.Rejection;
import dev.millrace.router.topicwait.TopicWaitOutputs;
import dev.millrace.router.topicwait.TopicWaitServices;
import dev.millrace.router.topicwait.TopicWaits;
import dev.millrace.router.waiting.PlannedRecord;
import dev.millrace.router.waiting.UnreadableJob;
import org.apache.kafka.streams.processor.api.Record;
import org.jspecify.annotations.Nullable;

/**
 * Passes on jobs whose model has topics, and lets the others wait, as {@link TopicWaits} decides.
 * Requests the commits of its task.
 */
final class TopicWaitStep implements TaskStep.Task {
    private final RouterContext router;
    private final TaskStep step;
    private final TopicWaits waits;
    private final SeenJobStore seen;

    private TopicWaitStep(RouterContext router, TaskStep step) {
        this.router = router;
        this.step = step;
        seen = new SeenJobStore(step.store(StepNames.SEEN_JOBS));
        waits =
                new TopicWaits(
                        step.store(StepNames.BUDGETS),
                        new TopicWaitServices(
                                () -> router.policies().get().control(),
                                router.planner()::missingTopic,
                                router::inService,
                                router::modelRefusal,
                                router.oldestWithoutTopic(),
                                router.clock(),
                                router.errors()),
                        new Outputs(),
                        step.partition());
    }

    static TaskStep of(RouterContext router) {
        return new TaskStep(router.backlog(), step -> new TopicWaitStep(router, step));
    }

    @Override
    public void process(Record<byte[], @Nullable Object> entry) {
        if (!(entry.value() instanceof PlannedJob job)) {
            return;
        }
        if (!waits.mustWait(job.headers().model())) {
            step.forwardTo(StepNames.ROUTE, entry);
            return;
        }
        var waiting =
                new PlannedRecord(
                        job,
                        entry.key(),
                        entry.headers(),
                        entry.timestamp(),
                        router.clock().millis());
        if (waiting.hasTooManyHeaders()) {
            // Routing rejects it.
            step.forwardTo(StepNames.ROUTE, entry);
        } else {
            waits.onJob(waiting);
        }
    }

    @Override
    public boolean onTick() {
        return waits.onTick();
    }

    @Override
    public void close() {
        waits.close();
    }

    /** Forwards jobs and reports. */
    private final class Outputs implements TopicWaitOutputs {
        @Override
        public void release(PlannedRecord job) {
            seen.onRoutedLater(job.job().identity().jobId(), router.clock().millis());
            step.forwardTo(StepNames.ROUTE, entry(job, job.job()));
        }

        @Override
        public void refuse(PlannedRecord job, Rejection rejection) {
            step.forwardTo(StepNames.REFUSE, entry(job, job.job().toRejected(rejection)));
        }

        @Override
        public void bury(UnreadableJob job, String message) {
            step.forwardTo(StepNames.BURY, job.toDeadLetter(message, router.clock().millis()));
        }

        @Override
        public void report(WorkerReport report) {
            var published = report.record("router/" + step.partition());
            step.forwardTo(
                    StepNames.TOPIC_WAITS,
                    new Record<>(
                            published.key().bytes(), published.value(), router.clock().millis()));
        }

        private static <V> Record<byte[], V> entry(PlannedRecord job, V value) {
            return new Record<>(job.key(), value, job.timestamp(), job.headers());
        }
    }
}
