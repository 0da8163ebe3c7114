package dev.millrace.router.budget;

import java.math.BigDecimal;
import org.jspecify.annotations.Nullable;

/** The limit that the requests of a batch declare. */
public final class DeclaredLimit {
    private DeclaredLimit() {}

    /** Returns true if a limit is declared that differs from the previous one. */
    public static boolean isOther(@Nullable BigDecimal before, @Nullable BigDecimal declared) {
        return declared != null && (before == null || before.compareTo(declared) != 0);
    }
}
