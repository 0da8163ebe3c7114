package dev.millrace.worker.simulation;

import dev.millrace.contracts.control.ControlKey;
import dev.millrace.contracts.control.ControlRecord;
import dev.millrace.contracts.control.ControlState;
import dev.millrace.contracts.control.OperatorCommand;
import dev.millrace.worker.simulation.time.EventLog;
import dev.millrace.worker.simulation.time.EventType;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** The control topic, with its state at each time. */
final class ControlLog {
    /** A cancellation with this time applies to all jobs of a history. */
    private static final Instant AFTER_ALL = JobRecords.SUBMITTED.plus(Duration.ofDays(1));

    private final TreeMap<Long, ControlState> states = new TreeMap<>();
    private final Set<String> pausedBatches = new HashSet<>();
    private final World world;
    private final SplittableRandom random;
    private final EventLog eventLog;

    ControlLog(World world) {
        this.world = world;
        this.random = world.random();
        this.eventLog = world.eventLog();
        states.put(Long.MIN_VALUE, ControlState.EMPTY);
    }

    /** Returns the state at the given time. */
    ControlState at(long nanos) {
        return states.floorEntry(nanos).getValue();
    }

    /** Returns true if the latest state cancels the job. */
    boolean isCancelled(Task task) {
        return states.lastEntry()
                .getValue()
                .isCancelled(
                        JobRecords.TENANT, task.batch, task.requestedJob(), JobRecords.SUBMITTED);
    }

    /** Cancels a job or a batch, or pauses or resumes a model or a batch, at random. */
    void change() {
        switch (random.nextInt(4)) {
            case 0 -> cancelJob();
            case 1 -> {
                eventLog.add(EventType.BATCH_CANCELLED, "");
                cancel(new ControlKey.CancelBatch(JobRecords.TENANT, JobRecords.oneBatch(random)));
            }
            default -> pauseOrResume();
        }
    }

    private void cancelJob() {
        List<Task> tasks = world.jobs().tasks();
        if (!tasks.isEmpty()) {
            Task task = Scenario.oneOf(random, tasks);
            eventLog.add(EventType.JOB_CANCELLED, task);
            cancel(new ControlKey.CancelJob(task.requestedJob()));
        }
    }

    private void pauseOrResume() {
        ControlKey.Pause key = oneTarget();
        boolean isPaused = states.lastEntry().getValue().commands().containsKey(key);
        if (isPaused) {
            eventLog.add(EventType.RESUMED, key);
            add(ControlRecord.removal(key));
        } else {
            eventLog.add(
                    key instanceof ControlKey.PauseBatch(_, String batch)
                            ? onBatchPaused(batch)
                            : EventType.MODEL_PAUSED,
                    key);
            add(command().record(key));
        }
    }

    private ControlKey.Pause oneTarget() {
        return switch (random.nextInt(3)) {
            case 0 -> new ControlKey.PauseAll();
            case 1 -> new ControlKey.PauseBatch(JobRecords.TENANT, JobRecords.oneBatch(random));
            default ->
                    new ControlKey.PauseModel(
                            JobLog.model(random.nextInt(world.scenario().sizes().models())));
        };
    }

    private EventType onBatchPaused(String batch) {
        pausedBatches.add(batch);
        return EventType.BATCH_PAUSED;
    }

    /** Returns true if the job's batch has been paused; processes notice its end late. */
    boolean hasBeenPaused(Task task) {
        return pausedBatches.contains(task.batch);
    }

    /** Returns true if the job's model is paused now. */
    boolean isModelPaused(Task task) {
        return states.lastEntry().getValue().isPaused(task.topic.model());
    }

    /** Resumes everything that is paused. */
    void resumeAll() {
        for (ControlKey key : List.copyOf(states.lastEntry().getValue().commands().keySet())) {
            if (key instanceof ControlKey.Pause) {
                add(ControlRecord.removal(key));
            }
        }
    }

    /** Cancels with or without running calls. */
    private void cancel(ControlKey.Cancellation key) {
        OperatorCommand command =
                random.nextBoolean() ? command() : OperatorCommand.withCalls(AFTER_ALL, "chaos");
        add(command.record(key));
    }

    private static OperatorCommand command() {
        return new OperatorCommand(AFTER_ALL, "chaos");
    }

    private void add(ControlRecord record) {
        add(record.key().text(), record.value());
    }

    /**
     * Adds a record of the topic.
     *
     * @param value null for a tombstone
     */
    void add(String key, byte @Nullable [] value) {
        ControlState last = states.lastEntry().getValue();
        states.put(world.timeline().now(), last.with(key, value));
    }
}
