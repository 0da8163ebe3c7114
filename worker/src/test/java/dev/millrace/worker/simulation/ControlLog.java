package dev.millrace.worker.simulation;

import dev.millrace.contracts.control.ControlKey;
import dev.millrace.contracts.control.ControlRecord;
import dev.millrace.contracts.control.ControlState;
import dev.millrace.contracts.control.OperatorCommand;
import dev.millrace.worker.simulation.time.Chronicle;
import dev.millrace.worker.simulation.time.Happening;
import java.util.List;
import java.util.SplittableRandom;
import java.util.TreeMap;

/** The control topic: what it says, and what it has said at each time. */
final class ControlLog {
    private final TreeMap<Long, ControlState> states = new TreeMap<>();
    private final World world;
    private final SplittableRandom random;
    private final Chronicle chronicle;

    ControlLog(World world) {
        this.world = world;
        this.random = world.random();
        this.chronicle = world.chronicle();
        states.put(Long.MIN_VALUE, ControlState.EMPTY);
    }

    /** What it said at that time. */
    ControlState at(long nanos) {
        return states.floorEntry(nanos).getValue();
    }

    /** Whether somebody has cancelled that job. */
    boolean isCancelled(Task task) {
        return states.lastEntry()
                .getValue()
                .isCancelled(JobRecords.TENANT, task.batch, task.id, JobRecords.SUBMITTED);
    }

    /** Somebody cancels something, or pauses or resumes a model. */
    void change() {
        switch (random.nextInt(4)) {
            case 0 -> cancelJob();
            case 1 -> {
                chronicle.note(Happening.BATCH_CANCELLED, "");
                order(new ControlKey.CancelBatch(JobRecords.TENANT, JobRecords.oneBatch(random)));
            }
            default -> pauseOrResume();
        }
    }

    private void cancelJob() {
        List<Task> tasks = world.jobs().tasks();
        if (!tasks.isEmpty()) {
            Task task = Scenario.oneOf(random, tasks);
            chronicle.note(Happening.JOB_CANCELLED, task);
            order(new ControlKey.CancelJob(task.id));
        }
    }

    private void pauseOrResume() {
        ControlKey key =
                random.nextBoolean()
                        ? new ControlKey.PauseAll()
                        : new ControlKey.PauseModel(
                                JobLog.model(random.nextInt(world.scenario().sizes().models())));
        boolean isPaused = states.lastEntry().getValue().commands().containsKey(key);
        chronicle.note(isPaused ? Happening.RESUMED : Happening.PAUSED_BY_ORDER, key);
        if (isPaused) {
            add(ControlRecord.removal(key));
        } else {
            order(key);
        }
    }

    /** Nothing is paused any more. */
    void resumeAll() {
        for (ControlKey key : List.copyOf(states.lastEntry().getValue().commands().keySet())) {
            switch (key) {
                case ControlKey.PauseAll _, ControlKey.PauseModel _ ->
                        add(ControlRecord.removal(key));
                case ControlKey.CancelBatch _,
                        ControlKey.CancelJob _,
                        ControlKey.PolicyVersion _,
                        ControlKey.Ramp _,
                        ControlKey.Guard _ -> {}
            }
        }
    }

    private void order(ControlKey key) {
        add(new OperatorCommand(JobRecords.SUBMITTED, "chaos").record(key));
    }

    private void add(ControlRecord record) {
        ControlState last = states.lastEntry().getValue();
        states.put(world.timeline().now(), last.with(record.key().text(), record.value()));
    }
}
