package dev.millrace.worker.answer;

import dev.millrace.contracts.money.TokenUsage;

/** What an attempt was paid. */
public sealed interface Billing {
    /** Nothing, by all that is known of the provider. */
    Billing NOTHING = new Nothing();

    /** Nobody can know: it may have been billed. */
    Billing UNCERTAIN = new Uncertain();

    /** These tokens. */
    record Billed(TokenUsage usage) implements Billing {}

    /** See {@link #UNCERTAIN}. */
    record Uncertain() implements Billing {}

    /** See {@link #NOTHING}. */
    record Nothing() implements Billing {}
}
