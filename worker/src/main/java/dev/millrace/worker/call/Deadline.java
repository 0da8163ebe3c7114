package dev.millrace.worker.call;

/**
 * The right to interrupt a thread, which ends with what the thread is doing: an interrupt never
 * reaches what it does next.
 */
final class Deadline {
    private final Thread thread = Thread.currentThread();
    private boolean isOver;
    private boolean isMissed;

    /** From any thread. Interrupting a virtual thread closes the socket that it waits for. */
    synchronized void onExpiry() {
        if (!isOver) {
            isMissed = true;
            thread.interrupt();
        }
    }

    /** From the thread itself; from now on it is left alone. */
    synchronized void end() {
        isOver = true;
    }

    synchronized boolean isMissed() {
        return isMissed;
    }
}
