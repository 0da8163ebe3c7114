package dev.millrace.router.budget;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.router.budget.LeaseReport.Balance;
import dev.millrace.router.budget.LeaseReport.Demand;
import dev.millrace.router.budget.LeaseReport.Unaffordable;
import java.math.BigDecimal;
import java.util.Random;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

class AccountLeasesTest {
    private static final int STEPS = 2_000;

    @Property(tries = 200)
    void limitIsNeverExceededAndEachJobRunsOrIsRejected(
            @ForAll long seed,
            @ForAll @IntRange(min = 1, max = 6) int partitions,
            @ForAll @IntRange(min = 1, max = 300) int limit) {
        var random = new Random(seed);
        var borrowers = new Borrowers(BigDecimal.valueOf(limit), partitions, random);
        for (int step = 0; step < STEPS; step++) {
            step(borrowers, random);
            assertThat(borrowers.committed()).isLessThanOrEqualTo(BigDecimal.valueOf(limit));
            assertThat(borrowers.all)
                    .allSatisfy(it -> assertThat(it.balance.free().signum()).isNotNegative());
        }

        endAllJobs(borrowers, random);

        assertThat(borrowers.all).allSatisfy(it -> assertThat(it.waiting).isEmpty());
        assertThat(borrowers.all)
                .allSatisfy(it -> assertThat(it.balance.reserved()).isEqualByComparingTo("0"));
        assertThat(borrowers.committed()).isLessThanOrEqualTo(BigDecimal.valueOf(limit));
    }

    @Example
    void moneyThatIsSpentAlreadyIsLentAtOnce() {
        var owner = new AccountLeases(BigDecimal.valueOf(30));
        var lent = BigDecimal.valueOf(18);
        var spent = BigDecimal.valueOf(29);
        var _ =
                owner.onReport(
                        new LeaseReport(
                                0,
                                0,
                                1,
                                new Balance(lent, BigDecimal.ZERO, BigDecimal.ZERO, spent),
                                new Demand(null, lent, spent, 0, null, Unaffordable.NONE),
                                0,
                                null));

        owner.lend();

        assertThat(owner.grant(0).lent()).isEqualByComparingTo(spent);
    }

    private static void step(Borrowers borrowers, Random random) {
        Borrowers.Borrower one = borrowers.all.get(random.nextInt(borrowers.all.size()));
        switch (random.nextInt(8)) {
            case 0 -> one.add(BigDecimal.valueOf(1 + random.nextInt(20)));
            case 1, 2 -> endJob(one, random);
            case 3 -> one.report();
            case 4 -> borrowers.lend();
            default -> borrowers.deliver();
        }
    }

    private static void endJob(Borrowers.Borrower one, Random random) {
        if (!one.running.isEmpty()) {
            int index = random.nextInt(one.running.size());
            BigDecimal most = one.running.get(index);
            one.endJob(index, BigDecimal.valueOf(random.nextInt(most.intValue() + 1)));
        }
    }

    /** Ends running jobs until no job waits or runs. Each round ends all that run. */
    private static void endAllJobs(Borrowers borrowers, Random random) {
        for (int round = 0; round < STEPS && isBusy(borrowers); round++) {
            borrowers.settle();
            for (Borrowers.Borrower one : borrowers.all) {
                while (!one.running.isEmpty()) {
                    endJob(one, random);
                }
            }
        }
    }

    private static boolean isBusy(Borrowers borrowers) {
        return borrowers.all.stream()
                .anyMatch(it -> !it.waiting.isEmpty() || !it.running.isEmpty());
    }
}
