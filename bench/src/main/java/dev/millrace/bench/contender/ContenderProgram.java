package dev.millrace.bench.contender;

import dev.millrace.bench.process.ParentControl;
import java.util.List;

/** A program that runs one contender until its parent stops it. */
public final class ContenderProgram {
    private ContenderProgram() {}

    /**
     * Runs the contender.
     *
     * @param args arguments from {@link ContenderTask#arguments}
     */
    public static void main(String[] args) throws Exception {
        ContenderTask task = ContenderTask.parse(List.of(args));
        ParentControl.serve(task.contender().key(), start(task));
    }

    /** Starts a contender and returns at once. */
    private static AutoCloseable start(ContenderTask task) {
        return switch (task.contender()) {
            case PLAIN -> startLoop(new PlainLoop(task));
            case VIRTUAL -> startLoop(new ThreadPerRecord(task));
            case HOP -> startLoop(new BareHop(task));
            case PARALLEL, PARALLEL_TX -> ConfluentParallelConsumer.start(task);
            case MILLRACE -> MillraceWorker.start(task);
        };
    }

    /**
     * Runs a loop on a daemon thread. Unfinished work at the end of the process does not matter.
     */
    private static AutoCloseable startLoop(Runnable loop) {
        Thread.ofPlatform().daemon().name("loop").start(loop);
        return () -> {};
    }
}
