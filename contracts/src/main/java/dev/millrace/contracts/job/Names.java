package dev.millrace.contracts.job;

import org.jspecify.annotations.Nullable;

/** What a custom_id, a tenant and a batch may be made of. */
public final class Names {
    static final int MAX_TENANT_CHARS = 128;
    static final int MAX_BATCH_CHARS = 256;

    private Names() {}

    /** Whether a tenant can be called so. */
    public static boolean isTenant(String name) {
        return problem(name, MAX_TENANT_CHARS, "") == null;
    }

    /** Whether a batch can be called so. */
    public static boolean isBatch(String name) {
        return problem(name, MAX_BATCH_CHARS, "") == null;
    }

    /** What is wrong with a name, after {@code prefix}; null when it is good. */
    static @Nullable String problem(String name, int maxChars, String prefix) {
        if (name.isBlank()) {
            return prefix + "is empty";
        }
        if (name.length() > maxChars) {
            return prefix + "has " + name.length() + " characters, at most " + maxChars;
        }
        return isUnusable(name) ? prefix + "holds a control character or a lone surrogate" : null;
    }

    /** A lone surrogate has no UTF-8 form: two different names could become one. */
    private static boolean isUnusable(String name) {
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
