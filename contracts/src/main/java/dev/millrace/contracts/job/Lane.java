package dev.millrace.contracts.job;

import java.util.Locale;

/** The queues that a model's jobs wait in. This version uses one; more follow with priorities. */
public enum Lane {
    NORMAL;

    /** As it is written in topic names. */
    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }
}
