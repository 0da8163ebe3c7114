package dev.millrace.worker.answer;

import dev.millrace.contracts.money.ServiceUse;
import dev.millrace.contracts.money.TokenUsage;
import dev.millrace.contracts.usage.ReportedUsage;
import dev.millrace.contracts.usage.UsageDoubt;
import java.util.Set;

/** The billing of an attempt. */
public sealed interface Billing {
    /** The provider billed nothing, as far as is known. */
    Billing NOTHING = new Nothing();

    /** The attempt was possibly billed. */
    Billing UNCERTAIN = new Uncertain(Set.of());

    /** Returns why the reported counts can be wrong; mostly empty. */
    Set<UsageDoubt> doubts();

    /**
     * Returns the billing for the usage that a body reports; uncertain if it reports none.
     *
     * @param service further values that determine the price
     */
    static Billing of(ReportedUsage reported, ServiceUse service) {
        return reported.usage()
                .<Billing>map(usage -> new Billed(usage, service, reported.doubts()))
                .orElseGet(() -> new Uncertain(reported.doubts()));
    }

    /**
     * The provider billed the given tokens.
     *
     * @param service further values that determine the price
     */
    record Billed(TokenUsage usage, ServiceUse service, Set<UsageDoubt> doubts) implements Billing {
        /** Creates the billing beyond doubt of a call at the standard tier without tools. */
        public Billed(TokenUsage usage) {
            this(usage, ServiceUse.NONE, Set.of());
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
