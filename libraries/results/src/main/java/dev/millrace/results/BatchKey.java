package dev.millrace.results;

/** The identity of a batch: its name is unique only within a tenant. */
public record BatchKey(String tenant, String batch) {
    /** The tenant of jobs that name none. */
    public static final String DEFAULT_TENANT = "default";

    /** Returns the key of a batch of the default tenant. */
    public static BatchKey of(String batch) {
        return new BatchKey(DEFAULT_TENANT, batch);
    }
}
