package dev.millrace.router.step;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.millrace.contracts.control.WorkerReport;
import dev.millrace.contracts.header.JobHeaders;
import dev.millrace.contracts.job.JobId;
import dev.millrace.contracts.job.Lane;
import dev.millrace.contracts.topic.Topics;
import dev.millrace.router.dedupe.SeenJobStore;
import dev.millrace.router.feature.RouterContext;
import dev.millrace.router.feature.StepNames;
import dev.millrace.router.feature.TaskStep;
import dev.millrace.router.hold.CheaperHours;
import dev.millrace.router.hold.HeldJobs;
import dev.millrace.router.hold.HoldOutputs;
import dev.millrace.router.hold.HoldServices;
import dev.millrace.router.message.RoutingMessage.PlannedJob;
import dev.millrace.router.message.RoutingMessage.Rejection;
import dev.millrace.router.message.RoutingMessage.RoutedJob;
import dev.millrace.router.records.OutgoingRecords;
import dev.millrace.router.waiting.PlannedRecord;
import dev.millrace.router.waiting.UnreadableJob;
import java.util.Optional;
import java.util.stream.Stream;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.state.KeyValueStore;
import org.jspecify.annotations.Nullable;

/**
 * Passes on jobs that can be routed, and lets the others wait, as {@link HeldJobs} decides.
 * Requests the commits of its task.
 */
final class HoldStep implements TaskStep.Task {
    private final RouterContext router;
    private final Topics topics;
    private final TaskStep step;
    private final HeldJobs waits;
    private final SeenJobStore seen;

    private HoldStep(RouterContext router, Topics topics, TaskStep step) {
        this.router = router;
        this.topics = topics;
        this.step = step;
        seen = new SeenJobStore(step.store(StepNames.SEEN_JOBS));
        waits =
                new HeldJobs(
                        step.store(StepNames.WAITING),
                        new HoldServices(
                                () -> router.policies().get().control(),
                                router.planner()::missingTopic,
                                router::inService,
                                router::modelRefusal,
                                new CheaperHours(
                                        router.planner()::model,
                                        router.holds().times()::p99,
                                        router.partitions().most()),
                                router.holds().oldest(),
                                router.holds().traces(),
                                router.clock(),
                                router.errors()),
                        new Outputs(),
                        step.partition());
    }

    static TaskStep of(RouterContext router, Topics topics) {
        return new TaskStep(router.backlog(), step -> new HoldStep(router, topics, step));
    }

    @Override
    public void process(Record<byte[], @Nullable Object> entry) {
        if (!(entry.value() instanceof PlannedJob job)) {
            return;
        }
        boolean mustWait =
                router.errors()
                        .decide(
                                StepNames.AWAIT_TOPIC,
                                job.origin(),
                                () -> waits.mustWait(job.headers()),
                                _ -> false);
        if (!mustWait && !job.headers().hasReturned()) {
            step.forwardTo(StepNames.ROUTE, entry);
            return;
        }
        var waiting = PlannedRecord.of(job, entry, router.clock().millis());
        // Routing rejects a job with too many headers.
        if (!mustWait || waiting.hasTooManyHeaders()) {
            forward(waiting);
        } else {
            waits.onJob(waiting);
        }
    }

    private void forward(PlannedRecord job) {
        if (job.hasReturned()) {
            sendBack(job);
        } else {
            step.forwardTo(StepNames.ROUTE, job.withValue(job.job()));
        }
    }

    /**
     * Sends a job back to the lane that it came from. The router has counted the job, and looked it
     * up, when it routed the job first.
     */
    private void sendBack(PlannedRecord job) {
        JobHeaders plan = job.job().headers();
        Headers headers = OutgoingRecords.userHeaders(job.headers());
        plan.writeTo(headers);
        byte[] key = plan.jobId().value().getBytes(UTF_8);
        int bytes = OutgoingRecords.maxBytes(key, job.job().bytes(), headers);
        Optional<String> topic =
                Stream.of(plan.routedLane(Lane.NORMAL), Lane.NORMAL)
                        .map(lane -> topics.jobs(plan.model(), lane))
                        .filter(it -> bytes <= router.limits().maxRecordBytes(it))
                        .findFirst();
        if (topic.isPresent()) {
            var routed = new RoutedJob(topic.get(), job.job().bytes());
            step.forwardTo(StepNames.JOBS, new Record<>(key, routed, job.timestamp(), headers));
        } else {
            String normal = topics.jobs(plan.model(), Lane.NORMAL);
            var tooLarge =
                    Rejection.tooLarge(normal, bytes, router.limits().maxRecordBytes(normal));
            step.forwardTo(StepNames.REFUSE, job.withValue(job.job().toRejected(tooLarge)));
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
    private final class Outputs implements HoldOutputs {
        @Override
        public void release(PlannedRecord job) {
            JobId id = job.job().identity().jobId();
            long now = router.clock().millis();
            seen.onRoutedLater(id, now);
            KeyValueStore<Bytes, byte[]> waiting = step.store(StepNames.WAITING);
            router.features().forEach(it -> it.onRoutedLater(waiting, id, now));
            forward(job);
        }

        @Override
        public void refuse(PlannedRecord job, Rejection rejection) {
            step.forwardTo(StepNames.REFUSE, job.withValue(job.job().toRejected(rejection)));
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
    }
}
