package dev.millrace.worker.simulation;

/** Unwinds the thread of a crashed process. */
final class Crash extends Error {
    private static final long serialVersionUID = 1;

    Crash() {
        super("the process has crashed", null, false, false);
    }
}
