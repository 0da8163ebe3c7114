package dev.millrace.router.fair;

import java.nio.ByteBuffer;
import java.util.Optional;

/**
 * Entry of the store {@code pace}: the finish tag of a tenant at a model, or the virtual time of a
 * model.
 *
 * <p>The key is the model, a line feed and the tenant. For the model's time the tenant is empty. No
 * tenant has an empty name or a line feed in its name. The value is a version byte, the virtual
 * time as a double, and the weight as an int, 0 for the model's time.
 */
record PaceEntry(String model, String tenant, double virtualTime, int weight) {
    private static final byte VERSION = 1;
    private static final int BYTES = 1 + Double.BYTES + Integer.BYTES;
    private static final char SEPARATOR = '\n';
    private static final String NO_TENANT = "";

    static PaceEntry ofModelTime(String model, double virtualTime) {
        return new PaceEntry(model, NO_TENANT, virtualTime, 0);
    }

    static PaceEntry ofTag(String model, String tenant, FinishTag tag) {
        return new PaceEntry(model, tenant, tag.virtualTime(), tag.weight());
    }

    boolean isModelTime() {
        return tenant.isEmpty();
    }

    FinishTag tag() {
        return new FinishTag(virtualTime, weight);
    }

    String key() {
        return key(model, tenant);
    }

    static String key(String model, String tenant) {
        return model + SEPARATOR + tenant;
    }

    /** Returns the key of a model's virtual time. */
    static String key(String model) {
        return key(model, NO_TENANT);
    }

    byte[] value() {
        return ByteBuffer.allocate(BYTES)
                .put(VERSION)
                .putDouble(virtualTime)
                .putInt(weight)
                .array();
    }

    /** Reads an entry; empty for an unknown version. */
    static Optional<PaceEntry> read(String key, byte[] value) {
        int separator = key.lastIndexOf(SEPARATOR);
        if (separator < 0 || value.length != BYTES || value[0] != VERSION) {
            return Optional.empty();
        }
        var in = ByteBuffer.wrap(value, 1, BYTES - 1);
        return Optional.of(
                new PaceEntry(
                        key.substring(0, separator),
                        key.substring(separator + 1),
                        in.getDouble(),
                        in.getInt()));
    }
}
