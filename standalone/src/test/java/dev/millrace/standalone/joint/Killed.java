package dev.millrace.standalone.joint;

/** Ends a simulated process within a call. */
final class Killed extends Error {
    private static final long serialVersionUID = 1;
}
