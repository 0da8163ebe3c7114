package dev.millrace.worker.simulation;

import dev.millrace.contracts.control.ControlKey;
import dev.millrace.contracts.control.ControlRecord;
import dev.millrace.contracts.control.ControlState;
import dev.millrace.contracts.control.OperatorCommand;
import dev.millrace.worker.simulation.time.EventLog;
import dev.millrace.worker.simulation.time.EventType;
import java.util.List;
import java.util.SplittableRandom;
import java.util.TreeMap;

/** The control topic, with its state at each time. */
final class ControlLog {
    private final TreeMap<Long, ControlState> states = new TreeMap<>();
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
                .isCancelled(JobRecords.TENANT, task.batch, task.id, JobRecords.SUBMITTED);
    }

    /** Cancels a job or a batch, or pauses or resumes a model, at random. */
    void change() {
        switch (random.nextInt(4)) {
            case 0 -> cancelJob();
            case 1 -> {
                eventLog.add(EventType.BATCH_CANCELLED, "");
                addCommand(
                        new ControlKey.CancelBatch(JobRecords.TENANT, JobRecords.oneBatch(random)));
            }
            default -> pauseOrResume();
        }
    }

    private void cancelJob() {
        List<Task> tasks = world.jobs().tasks();
        if (!tasks.isEmpty()) {
            Task task = Scenario.oneOf(random, tasks);
            eventLog.add(EventType.JOB_CANCELLED, task);
            addCommand(new ControlKey.CancelJob(task.id));
        }
    }

    private void pauseOrResume() {
        ControlKey key =
                random.nextBoolean()
                        ? new ControlKey.PauseAll()
                        : new ControlKey.PauseModel(
                                JobLog.model(random.nextInt(world.scenario().sizes().models())));
        boolean isPaused = states.lastEntry().getValue().commands().containsKey(key);
        eventLog.add(isPaused ? EventType.MODEL_RESUMED : EventType.MODEL_PAUSED, key);
        if (isPaused) {
            add(ControlRecord.removal(key));
        } else {
            addCommand(key);
        }
    }

    /** Resumes everything that is paused. */
    void resumeAll() {
        for (ControlKey key : List.copyOf(states.lastEntry().getValue().commands().keySet())) {
            if (key instanceof ControlKey.Pause) {
                add(ControlRecord.removal(key));
            }
        }
    }

    private void addCommand(ControlKey key) {
        add(new OperatorCommand(JobRecords.SUBMITTED, "chaos").record(key));
    }

    private void add(ControlRecord record) {
        ControlState last = states.lastEntry().getValue();
        states.put(world.timeline().now(), last.with(record.key().text(), record.value()));
    }
}
