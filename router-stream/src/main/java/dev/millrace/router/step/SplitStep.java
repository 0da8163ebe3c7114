package dev.millrace.router.step;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.millrace.contracts.result.CostEvent;
import dev.millrace.contracts.result.JobEnding;
import dev.millrace.contracts.result.PartReply;
import dev.millrace.contracts.topic.Topics;
import dev.millrace.router.budget.partition.store.BudgetedJob;
import dev.millrace.router.dedupe.HandledOffset;
import dev.millrace.router.message.CommitTrigger;
import dev.millrace.router.message.RoutingMessage.CompletedJob;
import dev.millrace.router.message.RoutingMessage.Origin;
import dev.millrace.router.message.RoutingMessage.PlannedJob;
import dev.millrace.router.split.SplitOutputs;
import dev.millrace.router.split.SplitServices;
import dev.millrace.router.split.SplitTask;
import dev.millrace.router.waiting.UnreadableJob;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.state.KeyValueStore;
import org.jspecify.annotations.Nullable;

/**
 * Sends the parts of long documents to their models, collects their ends, and ends the jobs of the
 * requests, as {@link SplitTask} decides. Requests the commits of its task.
 *
 * <p>If the group's offsets are lost, ends that were handled are read again. The store knows the
 * last one of each transaction, so that none counts twice.
 */
final class SplitStep implements Processor<byte[], @Nullable Object, byte[], Object> {
    private final RouterContext router;
    private final EndForwarder ends;
    private final CommitTrigger commits;
    private final StepContext<Object> step = new StepContext<>();
    private @Nullable SplitTask task;
    private @Nullable HandledOffset replies;

    SplitStep(RouterContext router, Topics topics) {
        this.router = router;
        ends = EndForwarder.of(router, topics, StepNames.OUTPUTS);
        commits = new CommitTrigger(router.backlog());
    }

    @Override
    public void init(ProcessorContext<byte[], Object> context) {
        step.init(context);
        KeyValueStore<Bytes, byte[]> entries = context.getStateStore(StepNames.BUDGETS);
        replies = null;
        var opened =
                new SplitTask(entries, services(), new Outputs(), context.taskId().partition());
        task = opened;
        step.every(
                RouterTopology.COMMIT_TICK,
                _ -> {
                    if (opened.onTick()) {
                        commits.onWork();
                    }
                    commits.onTick(context::commit);
                });
    }

    private SplitServices services() {
        return new SplitServices(
                () -> router.policies().get().control(),
                router.planner()::model,
                router::modelRefusal,
                router.lostBefore(),
                router.splits().oldest(),
                router.splits().metrics(),
                router.clock(),
                router.errors());
    }

    @Override
    public void close() {
        step.stop();
        if (task != null) {
            task.close();
        }
    }

    @Override
    public void process(Record<byte[], @Nullable Object> entry) {
        if (task == null) {
            throw new IllegalStateException("the step has not been initialized");
        }
        commits.onWork();
        if (entry.value() instanceof PlannedJob job) {
            onJob(task, entry, job);
        } else {
            onReply(task, entry, entry.value() instanceof byte[] result ? result : null);
        }
    }

    /** A job with too many headers must not be stored; its routing rejects it. */
    private void onJob(SplitTask opened, Record<byte[], @Nullable Object> entry, PlannedJob job) {
        var split =
                new BudgetedJob(
                        job,
                        entry.key(),
                        entry.headers(),
                        entry.timestamp(),
                        router.clock().millis());
        if (split.hasTooManyHeaders()) {
            step.forwardTo(StepNames.ROUTE, entry.withValue(job));
        } else {
            opened.onJob(split);
        }
    }

    /** Ignores a record of another program, which must not stop the router. */
    private void onReply(
            SplitTask opened, Record<byte[], @Nullable Object> entry, byte @Nullable [] result) {
        Origin origin = step.origin();
        router.backlog().onRecord(origin);
        HandledOffset handled = handledReplies();
        if (!handled.isNew(origin.offset())) {
            return;
        }
        router.errors()
                .run(
                        StepNames.SPLIT,
                        origin,
                        () ->
                                PartReply.read(entry.key(), result, entry.headers())
                                        .ifPresent(reply -> opened.onReply(reply, origin)));
        handled.onHandled(origin.offset());
        handled.flush();
    }

    /** Created by the first end of a part, since it looks up the id of a topic. */
    private HandledOffset handledReplies() {
        if (replies == null) {
            replies =
                    new HandledOffset(
                            step.context().getStateStore(StepNames.BUDGETS),
                            router.splits().partsTopic());
        }
        return replies;
    }

    /** Forwards records to the next steps. */
    private final class Outputs implements SplitOutputs {
        @Override
        public void send(BudgetedJob parent, PlannedJob part) {
            step.forwardTo(
                    StepNames.ROUTE,
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
            var _ = ends.end(step, ending);
        }

        @Override
        public void bury(UnreadableJob job, String message) {
            step.forwardTo(StepNames.BURY, job.toDeadLetter(message, router.clock().millis()));
        }
    }
}
