package dev.millrace.router.feature;

import dev.millrace.router.message.CommitTrigger;
import dev.millrace.router.message.RoutingMessage.Origin;
import dev.millrace.router.message.ThreadBacklog;
import java.util.function.Function;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.state.KeyValueStore;
import org.jspecify.annotations.Nullable;

/**
 * Runs a task of a partition: passes records to the task, calls its timer, and requests its
 * commits. The answer cache, the budgets, their owner, the split documents and the jobs without
 * topics are such tasks.
 */
public final class TaskStep implements Processor<byte[], @Nullable Object, byte[], Object> {
    private final ThreadBacklog backlog;
    private final CommitTrigger commits;
    private final Function<TaskStep, Task> opening;
    private final StepContext<Object> step = new StepContext<>();
    private @Nullable Task task;

    /** The decisions of a partition. Streams opens another task after an aborted transaction. */
    public interface Task {
        /** Handles a record. */
        void process(Record<byte[], @Nullable Object> entry);

        /** Does the work that is due. Returns true if there is something to commit. */
        boolean onTick();

        /** Forgets the partition, which another router has possibly taken over. */
        void close();
    }

    /**
     * @param opening opens the task on its store
     */
    public TaskStep(ThreadBacklog backlog, Function<TaskStep, Task> opening) {
        this.backlog = backlog;
        this.opening = opening;
        commits = new CommitTrigger(backlog, () -> step.context().commit());
    }

    @Override
    public void init(ProcessorContext<byte[], Object> context) {
        step.init(context);
        Task opened = opening.apply(this);
        task = opened;
        step.every(
                CommitTrigger.TICK,
                _ -> {
                    if (opened.onTick()) {
                        commits.onWork();
                    }
                    commits.onTick();
                });
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
        task.process(entry);
    }

    public StepContext<Object> context() {
        return step;
    }

    public KeyValueStore<Bytes, byte[]> store(String name) {
        return step.context().getStateStore(name);
    }

    public int partition() {
        return step.context().taskId().partition();
    }

    /** Counts a record of a topic, which needs a commit, and returns its position. */
    public Origin onRecord() {
        Origin origin = onUncommittedRecord();
        commits.onWork();
        return origin;
    }

    /** Counts a record like {@link #onRecord}; a caller waits for its commit. */
    public Origin onUrgentRecord() {
        Origin origin = onUncommittedRecord();
        commits.onUrgentWork();
        return origin;
    }

    private Origin onUncommittedRecord() {
        Origin origin = step.origin();
        backlog.onRecord(origin);
        return origin;
    }

    public void forwardTo(String next, Record<byte[], ?> entry) {
        step.forwardTo(next, entry);
    }
}
