package dev.millrace.router.budget;

import java.math.BigDecimal;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The real costs and the possible further costs of jobs, by account, as their provider knows them.
 */
final class Ledger {
    private final Map<String, BigDecimal> spent = new HashMap<>();
    private final Map<String, BigDecimal> promised = new HashMap<>();
    private final Map<String, Instant> used = new HashMap<>();

    /** Costs of jobs beyond their reservations. */
    private final Map<String, BigDecimal> exceeded = new HashMap<>();

    /** Promises an amount to a job that continues. */
    void promise(List<String> accounts, BigDecimal amount, Instant now) {
        accounts.forEach(
                it -> {
                    promised.merge(it, amount, BigDecimal::add);
                    used.put(it, now);
                });
    }

    /**
     * Bills an attempt.
     *
     * @param released amount that is no longer promised
     */
    void bill(List<String> accounts, BigDecimal cost, BigDecimal released, Instant now) {
        accounts.forEach(
                it -> {
                    spent.merge(it, cost, BigDecimal::add);
                    promised.merge(it, released, BigDecimal::subtract);
                    used.put(it, now);
                });
    }

    /** Adds the cost of an attempt beyond its job's reservation. */
    void exceed(List<String> accounts, BigDecimal amount) {
        accounts.forEach(it -> exceeded.merge(it, amount, BigDecimal::add));
    }

    BigDecimal exceeded(String account) {
        return exceeded.getOrDefault(account, BigDecimal.ZERO);
    }

    /** Closes an account; a later account with this id counts as another account. */
    void remove(String account) {
        spent.remove(account);
        exceeded.remove(account);
        used.remove(account);
    }

    /** Returns the amount that is spent or that running jobs can still spend. */
    BigDecimal committed(String account) {
        return spent(account).add(promised(account));
    }

    BigDecimal spent(String account) {
        return spent.getOrDefault(account, BigDecimal.ZERO);
    }

    BigDecimal promised(String account) {
        return promised.getOrDefault(account, BigDecimal.ZERO);
    }

    /** Returns the time at which a job of the account was last released or billed. */
    Instant used(String account) {
        return used.getOrDefault(account, Instant.EPOCH);
    }
}
