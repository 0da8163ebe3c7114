package dev.millrace.results;

/** The keys of the events of completed batches: {@code batch/<tenant>/<batch>/<lines>}. */
public final class BatchEventKeys {
    private BatchEventKeys() {}

    /** Returns the beginning of the keys of a batch. The number of lines follows. */
    public static String prefix(BatchKey batch) {
        return prefix(batch.tenant()) + encode(batch.batch()) + "/";
    }

    /** Returns the beginning of the keys of all batches of a tenant. */
    public static String prefix(String tenant) {
        return "batch/" + encode(tenant) + "/";
    }

    /** Encodes the separator, which names can contain. */
    private static String encode(String name) {
        return name.replace("%", "%25").replace("/", "%2F");
    }
}
