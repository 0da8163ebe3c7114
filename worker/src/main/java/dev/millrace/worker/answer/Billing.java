package dev.millrace.worker.answer;

import dev.millrace.contracts.money.ServiceUse;
import dev.millrace.contracts.money.TokenUsage;
import dev.millrace.contracts.usage.ReportedUsage;
import dev.millrace.contracts.usage.UsageDoubt;
import java.math.BigDecimal;
import java.util.Optional;
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
     * @param statedUsd the cost that the headers state; empty for the one of the body, if any
     */
    static Billing of(ReportedUsage reported, ServiceUse service, Optional<BigDecimal> statedUsd) {
        return reported.usage()
                .<Billing>map(
                        usage ->
                                new Billed(
                                        usage,
                                        service,
                                        reported.doubts(),
                                        statedUsd.or(reported::statedUsd)))
                .orElseGet(() -> new Uncertain(reported.doubts()));
    }

    /**
     * The provider billed the given tokens.
     *
     * @param service further values that determine the price
     * @param statedUsd what the provider or a relay says the call cost, in US dollars; mostly empty
     */
    record Billed(
            TokenUsage usage,
            ServiceUse service,
            Set<UsageDoubt> doubts,
            Optional<BigDecimal> statedUsd)
            implements Billing {
        /** Creates the billing beyond doubt of a call at the standard tier without tools. */
        public Billed(TokenUsage usage) {
            this(usage, ServiceUse.NONE, Set.of(), Optional.empty());
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
