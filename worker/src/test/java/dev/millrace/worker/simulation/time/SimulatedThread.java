package dev.millrace.worker.simulation.time;

import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/** A thread that runs only in its turn. Exactly one such thread has the turn at a time. */
public final class SimulatedThread {
    private final Thread thread;
    private volatile boolean hasTurn;

    /** The end of its sleep; null while it is awake. Accessed only by the thread with the turn. */
    Timeline.@Nullable Event wake;

    private SimulatedThread(Thread thread) {
        this.thread = thread;
    }

    /** Wraps the calling thread, which has the turn. */
    public static SimulatedThread current() {
        return new SimulatedThread(Thread.currentThread());
    }

    /** Creates a thread that runs the given body when it first gets the turn. */
    public static SimulatedThread of(Timeline timeline, Runnable body) {
        var holder = new SimulatedThread[1];
        Thread thread =
                Thread.ofVirtual()
                        .unstarted(
                                () -> {
                                    holder[0].awaitTurn();
                                    body.run();
                                    timeline.onEnd();
                                });
        holder[0] = new SimulatedThread(thread);
        thread.start();
        return holder[0];
    }

    void giveTurn() {
        hasTurn = true;
        LockSupport.unpark(thread);
    }

    void awaitTurn() {
        while (!hasTurn) {
            LockSupport.park(this);
        }
        hasTurn = false;
    }
}
