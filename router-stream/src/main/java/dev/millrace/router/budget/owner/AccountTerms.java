package dev.millrace.router.budget.owner;

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
    private static final String NONE = "";

    byte[] toBytes() {
        return new EntryWriter(VERSION, TYPICAL_BYTES)
                .amount(limit)
                .text(declaredLimit == null ? NONE : declaredLimit.toPlainString())
                .text(periodEnd == null ? NONE : periodEnd.toString())
                .number(rejectedBefore)
                .toBytes();
    }

    static AccountTerms of(byte[] bytes) {
        var in = new EntryReader(bytes, VERSION, "terms of an account");
        BigDecimal limit = in.amount();
        String declared = in.text();
        String end = in.text();
        return new AccountTerms(
                limit,
                declared.equals(NONE) ? null : new BigDecimal(declared),
                end.equals(NONE) ? null : Instant.parse(end),
                in.number());
    }

    private boolean isSame(BigDecimal declared) {
        return declaredLimit != null && declared.compareTo(declaredLimit) == 0;
    }

    /** Returns the terms with the limit that a report declares, if any. */
    AccountTerms declared(@Nullable BigDecimal declared) {
        return declared == null || isSame(declared)
                ? this
                : new AccountTerms(limit, declared, periodEnd, rejectedBefore);
    }
}
