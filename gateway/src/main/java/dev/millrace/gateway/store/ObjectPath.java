package dev.millrace.gateway.store;

import java.util.Locale;
import java.util.regex.Pattern;

/**
 * Names an object of a tenant.
 *
 * @param name 1 to 120 lower-case letters, digits, dots, hyphens and underscores, so that no name
 *     leaves its folder on any file system
 */
public record ObjectPath(TenantFolder tenant, Kind kind, String name) {
    private static final Pattern LEGAL = Pattern.compile("[a-z0-9][a-z0-9._-]{0,119}");

    public ObjectPath {
        if (!LEGAL.matcher(name).matches()) {
            throw new IllegalArgumentException("not the name of an object: " + name);
        }
    }

    /** Returns the path as text for messages and logs. */
    String text() {
        return tenant.name() + "/" + kind.folder() + "/" + name;
    }

    /** The kind of data that an object holds. */
    public enum Kind {
        FILES,
        BATCHES,
        /** Requests with an {@code Idempotency-Key}. */
        REQUESTS;

        /** Returns the name of the folder. */
        public String folder() {
            return name().toLowerCase(Locale.ROOT);
        }
    }
}
