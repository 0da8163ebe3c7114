package dev.millrace.bench.contender;

import dev.millrace.bench.process.Orders;
import java.util.List;

/** A program: one contender at its task until its parent lets go. */
public final class ContenderProgram {
    private ContenderProgram() {}

    /**
     * Runs it.
     *
     * @param args those of {@link Task#arguments}
     */
    public static void main(String[] args) throws Exception {
        Task task = Task.parse(List.of(args));
        Orders.obey(task.kind().word(), start(task));
    }

    /** Returns at once. */
    private static AutoCloseable start(Task task) {
        return switch (task.kind()) {
            case PLAIN -> onItsThread(new PlainLoop(task));
            case VIRTUAL -> onItsThread(new ThreadPerRecord(task));
            case HOP -> onItsThread(new BareHop(task));
            case PARALLEL, PARALLEL_TX -> ConfluentsConsumer.start(task);
            case MILLRACE -> MillraceWorker.start(task);
        };
    }

    /** What is lost when its process ends does not matter. */
    private static AutoCloseable onItsThread(Runnable loop) {
        Thread.ofPlatform().daemon().name("loop").start(loop);
        return () -> {};
    }
}
