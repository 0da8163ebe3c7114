package dev.millrace.standalone.console;

import java.time.Duration;

/** Lets time pass between two looks of a command. */
@FunctionalInterface
public interface Rest {
    /** Returns true if the user has asked to stop, at the latest after the given time. */
    boolean isEnded(Duration time) throws InterruptedException;
}
