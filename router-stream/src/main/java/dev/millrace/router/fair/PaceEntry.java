package dev.millrace.router.fair;

import java.nio.ByteBuffer;
import java.util.Optional;

/**
 * One entry of the store {@code pace}: the mark of a tenant at a model, or the virtual time of a
 * model.
 *
 * <p>The key is the model, a line feed and the tenant, or nothing for the model's time; no tenant
 * has an empty name or one with a line feed. The value is a version byte, the virtual time as a
 * double, and the weight as an int, 0 for the model's time.
 */
record PaceEntry(String model, String tenant, double at, int weight) {
    private static final byte VERSION = 1;
    private static final int BYTES = 1 + Double.BYTES + Integer.BYTES;
    private static final char SEPARATOR = '\n';
    private static final String NOBODY = "";

    static PaceEntry time(String model, double virtualTime) {
        return new PaceEntry(model, NOBODY, virtualTime, 0);
    }

    static PaceEntry mark(String model, String tenant, Mark mark) {
        return new PaceEntry(model, tenant, mark.at(), mark.weight());
    }

    boolean isTime() {
        return tenant.isEmpty();
    }

    Mark mark() {
        return new Mark(at, weight);
    }

    String key() {
        return key(model, tenant);
    }

    static String key(String model, String tenant) {
        return model + SEPARATOR + tenant;
    }

    /** Of the virtual time. */
    static String key(String model) {
        return key(model, NOBODY);
    }

    byte[] value() {
        return ByteBuffer.allocate(BYTES).put(VERSION).putDouble(at).putInt(weight).array();
    }

    /** Reads what {@link #key} and {@link #value} wrote; empty for what another version did. */
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
