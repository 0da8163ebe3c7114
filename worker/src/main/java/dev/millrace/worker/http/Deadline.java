package dev.millrace.worker.http;

/**
 * Interrupts a thread on expiry, but only until {@link #end}, so that an interrupt never reaches
 * the thread's next task.
 */
final class Deadline {
    private final Thread thread = Thread.currentThread();
    private boolean isOver;
    private boolean isMissed;

    /**
     * Interrupts the thread; called from any thread. Interrupting a virtual thread that waits for a
     * socket closes the socket.
     */
    synchronized void onExpiry() {
        if (!isOver) {
            isMissed = true;
            thread.interrupt();
        }
    }

    /**
     * Ends the deadline; called by the thread itself. From then on the thread is not interrupted.
     */
    synchronized void end() {
        isOver = true;
    }

    synchronized boolean isMissed() {
        return isMissed;
    }
}
