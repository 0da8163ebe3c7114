package dev.millrace.worker.simulation;

/** Unwinds the thread of a process that is no more. */
final class Crash extends Error {
    private static final long serialVersionUID = 1;

    Crash() {
        super("the process has crashed", null, false, false);
    }
}
