package dev.millrace.sink.store;

/** A batch of a tenant: batches of the same name may exist for several. */
public record BatchKey(String tenant, String batch) {
    /** The tenant of whoever names none. */
    public static final String DEFAULT_TENANT = "default";

    /** A batch of the default tenant. */
    public static BatchKey of(String batch) {
        return new BatchKey(DEFAULT_TENANT, batch);
    }
}
