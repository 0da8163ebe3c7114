package dev.millrace.router.budget.owner;

import dev.millrace.contracts.budget.OnExhausted;
import dev.millrace.router.budget.DeclaredLimit;
import dev.millrace.router.entry.EntryReader;
import dev.millrace.router.entry.EntryWriter;
import java.math.BigDecimal;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * The terms of an account.
 *
 * @param limit in US dollars; 0 without a budget
 * @param declaredLimit limit that the requests of a batch declared last; null for none
 * @param periodEnd end of the account's period; null if it never ends
 * @param onExhausted what happens to a job that the account does not cover
 * @param rejectedBefore jobs that were rejected before the limit was changed
 */
record AccountTerms(
        BigDecimal limit,
        @Nullable BigDecimal declaredLimit,
        @Nullable Instant periodEnd,
        OnExhausted onExhausted,
        long rejectedBefore) {
    /** The terms of an account without a budget: nothing can be lent. */
    static final AccountTerms UNKNOWN =
            new AccountTerms(BigDecimal.ZERO, null, null, OnExhausted.PARK, 0);

    private static final byte VERSION = 2;
    private static final int TYPICAL_BYTES = 64;

    byte[] toBytes() {
        return new EntryWriter(VERSION, TYPICAL_BYTES)
                .amount(limit)
                .optionalAmount(declaredLimit)
                .optionalTime(periodEnd)
                .flag(onExhausted == OnExhausted.REJECT)
                .number(rejectedBefore)
                .toBytes();
    }

    static AccountTerms of(byte[] bytes) {
        var in = new EntryReader(bytes, VERSION, "terms of an account");
        return new AccountTerms(
                in.amount(),
                in.optionalAmount(),
                in.optionalTime(),
                in.flag() ? OnExhausted.REJECT : OnExhausted.PARK,
                in.number());
    }

    /** Returns true if the account has no limit, so that nothing can be lent. */
    boolean isUnknown() {
        return limit.signum() == 0;
    }

    /** Returns the terms of an account whose limit is removed, or not in effect yet. */
    AccountTerms withoutLimit() {
        return new AccountTerms(
                BigDecimal.ZERO, declaredLimit, periodEnd, onExhausted, rejectedBefore);
    }

    /** Returns the terms with the limit that a report declares, if any. */
    AccountTerms declared(@Nullable BigDecimal declared) {
        return DeclaredLimit.isOther(declaredLimit, declared)
                ? new AccountTerms(limit, declared, periodEnd, onExhausted, rejectedBefore)
                : this;
    }

    /** Returns the terms of a limit that was changed after the given number of rejections. */
    AccountTerms rejectedBefore(long jobs) {
        return new AccountTerms(limit, declaredLimit, periodEnd, onExhausted, jobs);
    }
}
