package dev.millrace.worker.simulation.time;

import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/** A thread that runs only when it is given the turn. */
public final class Strand {
    private final Thread thread;
    private volatile boolean hasTurn;

    /** When its sleep ends; null while it does not sleep. Touched only by who has the turn. */
    Timeline.@Nullable Event wake;

    private Strand(Thread thread) {
        this.thread = thread;
    }

    /** The calling thread, which has the turn. */
    public static Strand current() {
        return new Strand(Thread.currentThread());
    }

    /** A thread that runs this when it first gets the turn. */
    public static Strand of(Timeline timeline, Runnable body) {
        var holder = new Strand[1];
        Thread thread =
                Thread.ofVirtual()
                        .unstarted(
                                () -> {
                                    holder[0].awaitTurn();
                                    body.run();
                                    timeline.onEnd();
                                });
        holder[0] = new Strand(thread);
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
