package dev.millrace.contracts.usage;

import dev.millrace.contracts.money.TokenUsage;
import java.math.BigDecimal;
import java.util.Optional;
import java.util.Set;

/**
 * The tokens and the cost reported by a body.
 *
 * @param usage empty if a required count is missing or unusable
 * @param doubts why the usage is possibly wrong, or is missing despite counts; mostly empty
 * @param statedUsd the {@linkplain StatedCost stated cost}, in US dollars; mostly empty
 */
public record ReportedUsage(
        Optional<TokenUsage> usage, Set<UsageDoubt> doubts, Optional<BigDecimal> statedUsd) {
    /** No counts at all. */
    public static final ReportedUsage NONE = new ReportedUsage(Optional.empty(), Set.of());

    public ReportedUsage {
        doubts = Set.copyOf(doubts);
    }

    /** Creates a usage without a stated cost. */
    public ReportedUsage(Optional<TokenUsage> usage, Set<UsageDoubt> doubts) {
        this(usage, doubts, Optional.empty());
    }

    /** Returns true if there is a usage, and all of its counts are 0. */
    public boolean isZero() {
        return usage.isPresent() && usage.get().equals(TokenUsage.NONE);
    }
}
