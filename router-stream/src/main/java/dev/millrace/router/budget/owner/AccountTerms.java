package dev.millrace.router.budget.owner;

import dev.millrace.contracts.budget.OnExhausted;
import dev.millrace.router.budget.DeclaredLimit;
import dev.millrace.router.entry.EntryReader;
import dev.millrace.router.entry.EntryWriter;
import java.math.BigDecimal;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * The terms of an account, stored in case its budget disappears from the configuration.
 *
 * @param limit in US dollars
 * @param declaredLimit limit that the requests of a batch declared last; null for none
 * @param periodEnd end of the account's period; null if it never ends
 * @param onExhausted what happens to a job that the account does not cover
 * @param rejectedBefore jobs that were rejected before the limit was changed
 * @param since when a command has first set or last lowered the limit; the epoch if none has
 */
record AccountTerms(
        BigDecimal limit,
        @Nullable BigDecimal declaredLimit,
        @Nullable Instant periodEnd,
        OnExhausted onExhausted,
        long rejectedBefore,
        Instant since) {
    /** The terms of an account without a budget: nothing can be lent. */
    static final AccountTerms UNKNOWN =
            new AccountTerms(BigDecimal.ZERO, null, null, OnExhausted.PARK, 0, Instant.EPOCH);

    private static final byte VERSION = 3;
    private static final int TYPICAL_BYTES = 64;

    byte[] toBytes() {
        return new EntryWriter(VERSION, TYPICAL_BYTES)
                .amount(limit)
                .optionalAmount(declaredLimit)
                .optionalTime(periodEnd)
                .flag(onExhausted == OnExhausted.REJECT)
                .number(rejectedBefore)
                .time(since)
                .toBytes();
    }

    static AccountTerms of(byte[] bytes) {
        var in = new EntryReader(bytes, VERSION, "terms of an account");
        return new AccountTerms(
                in.amount(),
                in.optionalAmount(),
                in.optionalTime(),
                in.flag() ? OnExhausted.REJECT : OnExhausted.PARK,
                in.number(),
                in.time());
    }

    /** Returns the terms with the limit that a report declares, if any. */
    AccountTerms declared(@Nullable BigDecimal declared) {
        return DeclaredLimit.isOther(declaredLimit, declared)
                ? new AccountTerms(limit, declared, periodEnd, onExhausted, rejectedBefore, since)
                : this;
    }

    /** Returns the terms of a limit that was changed after the given number of rejections. */
    AccountTerms rejectedBefore(long jobs) {
        return new AccountTerms(limit, declaredLimit, periodEnd, onExhausted, jobs, since);
    }
}
