package dev.millrace.router.documents;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.millrace.contracts.result.CostEvent;
import dev.millrace.contracts.result.JobEnding;
import dev.millrace.contracts.result.PartReply;
import dev.millrace.contracts.topic.Topics;
import dev.millrace.router.dedupe.HandledOffset;
import dev.millrace.router.feature.EndForwarder;
import dev.millrace.router.feature.RouterContext;
import dev.millrace.router.feature.StepNames;
import dev.millrace.router.feature.TaskStep;
import dev.millrace.router.message.RoutingMessage.CompletedJob;
import dev.millrace.router.message.RoutingMessage.Origin;
import dev.millrace.router.message.RoutingMessage.PlannedJob;
import dev.millrace.router.waiting.OldestWaitingJob;
import dev.millrace.router.waiting.PlannedRecord;
import dev.millrace.router.waiting.UnreadableJob;
import java.util.function.Supplier;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.state.KeyValueStore;
import org.jspecify.annotations.Nullable;

/**
 * Sends the parts of long documents to their models, collects their ends, and ends the jobs of the
 * requests, as {@link SplitTask} decides. Requests the commits of its task.
 *
 * <p>If the group's offsets are lost, handled ends are read again. The store keeps the offset of
 * the last handled end, so that no end counts twice.
 */
final class SplitStep implements TaskStep.Task {
    private final RouterContext router;
    private final EndForwarder ends;
    private final TaskStep step;
    private final SplitTask task;
    private final HandledOffset replies;

    SplitStep(
            RouterContext router,
            Topics topics,
            Supplier<Uuid> partsTopicId,
            OldestWaitingJob oldest,
            SplitMetrics metrics,
            TaskStep step) {
        this.router = router;
        this.step = step;
        ends = EndForwarder.of(router, topics, StepNames.OUTPUTS);
        KeyValueStore<Bytes, byte[]> entries = step.store(StepNames.WAITING);
        replies = new HandledOffset(entries, partsTopicId);
        task = new SplitTask(entries, services(oldest, metrics), new Outputs(), step.partition());
    }

    private SplitServices services(OldestWaitingJob oldest, SplitMetrics metrics) {
        return new SplitServices(
                () -> router.policies().get().control(),
                router.planner()::model,
                router.planner()::headers,
                router::modelRefusal,
                router.heldBound(),
                oldest,
                metrics,
                router.clock(),
                router.errors());
    }

    @Override
    public boolean onTick() {
        return task.onTick();
    }

    @Override
    public void close() {
        task.close();
    }

    @Override
    public void process(Record<byte[], @Nullable Object> entry) {
        if (entry.value() instanceof PlannedJob job) {
            onJob(entry, job);
        } else {
            onReply(entry, entry.value() instanceof byte[] result ? result : null);
        }
    }

    /** A job with too many headers must not be stored; its routing rejects it. */
    private void onJob(Record<byte[], @Nullable Object> entry, PlannedJob job) {
        var split = PlannedRecord.of(job, entry, router.clock().millis());
        if (split.hasTooManyHeaders()) {
            step.forwardTo(StepNames.AWAIT_TOPIC, entry.withValue(job));
        } else {
            task.onJob(split);
        }
    }

    /** Ignores a record of another program, which must not stop the router. */
    private void onReply(Record<byte[], @Nullable Object> entry, byte @Nullable [] result) {
        Origin origin = step.onRecord();
        replies.once(
                origin.offset(),
                () ->
                        router.errors()
                                .run(
                                        SplitServices.STEP,
                                        origin,
                                        () ->
                                                PartReply.read(entry.key(), result, entry.headers())
                                                        .ifPresent(
                                                                it -> task.onReply(it, origin))));
    }

    /** Forwards records to the next steps. */
    private final class Outputs implements SplitOutputs {
        @Override
        public void send(PlannedRecord parent, PlannedJob part) {
            step.forwardTo(
                    StepNames.AWAIT_TOPIC,
                    new Record<>(key(part), part, parent.timestamp(), parent.headers()));
        }

        private static byte[] key(PlannedJob part) {
            return part.identity().jobId().value().getBytes(UTF_8);
        }

        @Override
        public void onPartEnd(CostEvent end) {
            step.forwardTo(
                    StepNames.ROUTE,
                    new Record<>(
                            end.jobId().value().getBytes(UTF_8),
                            new CompletedJob(end),
                            router.clock().millis()));
        }

        @Override
        public void end(JobEnding ending) {
            var _ = ends.end(step.context(), ending);
        }

        @Override
        public void bury(UnreadableJob job, String message) {
            step.forwardTo(StepNames.BURY, job.toDeadLetter(message, router.clock().millis()));
        }
    }
}
