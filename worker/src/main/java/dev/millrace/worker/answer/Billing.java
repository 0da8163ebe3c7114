package dev.millrace.worker.answer;

import dev.millrace.contracts.money.ServiceUse;
import dev.millrace.contracts.money.TokenUsage;

/** What an attempt was billed. */
public sealed interface Billing {
    /** The provider billed nothing, as far as is known. */
    Billing NOTHING = new Nothing();

    /** It is unknown whether the attempt was billed. */
    Billing UNCERTAIN = new Uncertain();

    /**
     * The provider billed the given tokens.
     *
     * @param service what else determines the price
     */
    record Billed(TokenUsage usage, ServiceUse service) implements Billing {
        /** Creates the billing of a call at the standard tier without tools. */
        public Billed(TokenUsage usage) {
            this(usage, ServiceUse.NONE);
        }
    }

    /** See {@link #UNCERTAIN}. */
    record Uncertain() implements Billing {}

    /** See {@link #NOTHING}. */
    record Nothing() implements Billing {}
}
