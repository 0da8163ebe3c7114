package dev.millrace.worker.answer;

import dev.millrace.contracts.money.TokenUsage;
import dev.millrace.contracts.usage.ReportedUsage;
import dev.millrace.contracts.usage.UsageDoubt;
import java.util.Optional;
import java.util.Set;

/** What an attempt was billed. */
public sealed interface Billing {
    /** The provider billed nothing, as far as is known. */
    Billing NOTHING = new Nothing();

    /** It is unknown whether the attempt was billed. */
    Billing UNCERTAIN = new Uncertain(Set.of());

    /** Returns why the reported counts may be wrong; mostly empty. */
    Set<UsageDoubt> doubts();

    /** Returns what was billed by the usage that an answer reports, if it reports one. */
    static Billing of(ReportedUsage reported) {
        return billed(reported).orElseGet(() -> new Uncertain(reported.doubts()));
    }

    /** Returns what was billed by the usage that a body reports; empty if it reports none. */
    static Optional<Billing> billed(ReportedUsage reported) {
        return reported.usage().map(usage -> new Billed(usage, reported.doubts()));
    }

    /** The provider billed the given tokens. */
    record Billed(TokenUsage usage, Set<UsageDoubt> doubts) implements Billing {
        /** Creates what was billed beyond doubt. */
        public Billed(TokenUsage usage) {
            this(usage, Set.of());
        }
    }

    /** See {@link #UNCERTAIN}. */
    record Uncertain(Set<UsageDoubt> doubts) implements Billing {}

    /** See {@link #NOTHING}. */
    record Nothing() implements Billing {
        @Override
        public Set<UsageDoubt> doubts() {
            return Set.of();
        }
    }
}
