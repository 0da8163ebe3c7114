package dev.millrace.contracts.job;

import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The rules for custom_ids and the names of tenants and batches. */
public final class Names {
    /** The tenant and the batch of a job that names none. */
    public static final String DEFAULT = "default";

    static final int MAX_TENANT_CHARS = 128;
    static final int MAX_BATCH_CHARS = 256;

    private Names() {}

    /** Returns true if the name is valid for a tenant. */
    public static boolean isTenant(String name) {
        return tenantProblem(name).isEmpty();
    }

    /** Returns true if the name is valid for a batch. */
    public static boolean isBatch(String name) {
        return batchProblem(name).isEmpty();
    }

    /** Returns the problem of a tenant's name, such as "is empty"; empty for a valid name. */
    public static Optional<String> tenantProblem(String name) {
        return Optional.ofNullable(problem(name, MAX_TENANT_CHARS, ""));
    }

    /** Returns the problem of a batch's name, such as "is empty"; empty for a valid name. */
    public static Optional<String> batchProblem(String name) {
        return Optional.ofNullable(problem(name, MAX_BATCH_CHARS, ""));
    }

    /**
     * Returns the problem of an invalid name, prefixed with {@code prefix}; null if the name is
     * valid.
     */
    static @Nullable String problem(String name, int maxChars, String prefix) {
        if (name.isBlank()) {
            return prefix + "is empty";
        }
        if (name.length() > maxChars) {
            return prefix + "has " + name.length() + " characters, at most " + maxChars;
        }
        return hasInvalidCharacter(name)
                ? prefix + "contains a control character or a lone surrogate"
                : null;
    }

    /**
     * Rejects lone surrogates, which UTF-8 cannot encode: two different names could become equal.
     */
    private static boolean hasInvalidCharacter(String name) {
        for (int i = 0; i < name.length(); ) {
            int c = name.codePointAt(i);
            if (Character.isISOControl(c) || Character.getType(c) == Character.SURROGATE) {
                return true;
            }
            i += Character.charCount(c);
        }
        return false;
    }
}
