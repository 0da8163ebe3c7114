package dev.millrace.gateway.store;

import dev.millrace.contracts.digest.Sha256;
import java.util.Locale;
import java.util.regex.Pattern;

/**
 * The folder of a tenant: the readable part of the tenant's name, then a hash of the whole name.
 * The hash is needed because a tenant's name can have any characters and differ from another name
 * only in case.
 *
 * @param name a legal folder name on every file system
 */
public record TenantFolder(String name) {
    private static final Pattern LEGAL = Pattern.compile("[a-z0-9_-]{0,40}-[0-9a-f]{32}");
    private static final Pattern OTHER = Pattern.compile("[^a-z0-9_-]+");
    private static final int READABLE_CHARS = 40;
    private static final int HASH_BYTES = 16;

    public TenantFolder {
        if (!isLegal(name)) {
            throw new IllegalArgumentException("not the folder of a tenant: " + name);
        }
    }

    /** Returns true if a name has the form of a tenant's folder. */
    public static boolean isLegal(String name) {
        return LEGAL.matcher(name).matches();
    }

    public static TenantFolder of(String tenant) {
        String readable = OTHER.matcher(tenant.toLowerCase(Locale.ROOT)).replaceAll("_");
        return new TenantFolder(
                readable.substring(0, Math.min(readable.length(), READABLE_CHARS))
                        + "-"
                        + Sha256.hex(tenant, HASH_BYTES));
    }
}
