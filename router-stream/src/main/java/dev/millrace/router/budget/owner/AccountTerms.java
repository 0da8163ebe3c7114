package dev.millrace.router.budget.owner;

import dev.millrace.router.budget.DeclaredLimit;
import dev.millrace.router.entry.EntryReader;
import dev.millrace.router.entry.EntryWriter;
import java.math.BigDecimal;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * The terms of an account, which are stored in case its budget disappears from the configuration.
 *
 * @param limit in US dollars
 * @param declaredLimit limit that the requests of a batch have declared last; null for none
 * @param periodEnd end of the account's period; null if it never ends
 * @param rejectedBefore jobs that were rejected before the limit was changed
 */
record AccountTerms(
        BigDecimal limit,
        @Nullable BigDecimal declaredLimit,
        @Nullable Instant periodEnd,
        long rejectedBefore) {
    /** The terms of an account without a budget: nothing can be lent. */
    static final AccountTerms UNKNOWN = new AccountTerms(BigDecimal.ZERO, null, null, 0);

    private static final byte VERSION = 1;
    private static final int TYPICAL_BYTES = 64;

    byte[] toBytes() {
        return new EntryWriter(VERSION, TYPICAL_BYTES)
                .amount(limit)
                .optionalAmount(declaredLimit)
                .optionalTime(periodEnd)
                .number(rejectedBefore)
                .toBytes();
    }

    static AccountTerms of(byte[] bytes) {
        var in = new EntryReader(bytes, VERSION, "terms of an account");
        return new AccountTerms(in.amount(), in.optionalAmount(), in.optionalTime(), in.number());
    }

    /** Returns the terms with the limit that a report declares, if any. */
    AccountTerms declared(@Nullable BigDecimal declared) {
        return DeclaredLimit.isOther(declaredLimit, declared)
                ? new AccountTerms(limit, declared, periodEnd, rejectedBefore)
                : this;
    }
}
