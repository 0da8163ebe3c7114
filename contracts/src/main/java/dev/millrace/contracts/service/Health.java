package dev.millrace.contracts.service;

/**
 * A service's state as probes see it.
 *
 * @param live whether its threads run; when false only a restart helps
 * @param ready whether it does its work now
 * @param detail one line for a person: what it waits for, or why it stopped
 */
public record Health(boolean live, boolean ready, String detail) {

    /** Alive and working. */
    public static Health ready(String detail) {
        return new Health(true, true, detail);
    }

    /** Alive, but not yet or not now working. */
    public static Health waiting(String detail) {
        return new Health(true, false, detail);
    }

    /** Stopped by a fault or on request. */
    public static Health stopped(String detail) {
        return new Health(false, false, detail);
    }
}
