package dev.millrace.router.budget;

import dev.millrace.router.budget.LeaseGrant.WaitingPartition;
import dev.millrace.router.budget.LeaseReport.Balance;
import java.math.BigDecimal;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/**
 * Partitions that borrow money of one account over a network that delays, reorders and repeats
 * messages.
 */
final class Borrowers {
    private static final int PER_CENT = 100;

    final AccountLeases owner;
    final List<Borrower> all = new ArrayList<>();
    private final List<Runnable> network = new ArrayList<>();
    private final Random random;
    private long clock;

    Borrowers(BigDecimal limit, int partitions, Random random) {
        this.owner = new AccountLeases(limit);
        this.random = random;
        for (int i = 0; i < partitions; i++) {
            all.add(new Borrower(i));
        }
    }

    /** A job that waits for an amount. */
    record Waiting(BigDecimal amount, long since) {}

    /** One request partition: its lease, its waiting jobs and its running jobs. */
    final class Borrower {
        final Deque<Waiting> waiting = new ArrayDeque<>();
        final List<BigDecimal> running = new ArrayList<>();
        final int partition;
        Balance balance = Balance.NONE;
        int rejected;
        private @Nullable WaitingPartition firstWaiting;
        private long sequence;

        Borrower(int partition) {
            this.partition = partition;
        }

        void add(BigDecimal amount) {
            waiting.add(new Waiting(amount, ++clock));
            startJobs();
        }

        void startJobs() {
            while (!waiting.isEmpty() && balance.covers(waiting.getFirst().amount())) {
                BigDecimal amount = waiting.removeFirst().amount();
                balance = balance.reserve(amount);
                running.add(amount);
            }
        }

        void endJob(int index, BigDecimal cost) {
            BigDecimal amount = running.remove(index);
            balance = balance.charge(cost, amount).unreserve(amount.subtract(cost));
        }

        void report() {
            if (firstWaiting != null
                    && firstWaiting.partition() != partition
                    && !isBefore(firstWaiting)) {
                balance = balance.giveBack();
            }
            BigDecimal missing =
                    waiting.isEmpty()
                            ? BigDecimal.ZERO
                            : waiting.getFirst()
                                    .amount()
                                    .subtract(balance.free())
                                    .max(BigDecimal.ZERO);
            BigDecimal needed = balance.lent().add(missing);
            Long since = waiting.isEmpty() ? null : waiting.getFirst().since();
            BigDecimal amount = waiting.isEmpty() ? null : waiting.getFirst().amount();
            var demand =
                    new LeaseReport.Demand(
                            amount,
                            needed,
                            needed.add(missing),
                            waiting.size(),
                            since,
                            LeaseReport.Unaffordable.NONE);
            var report = new LeaseReport(partition, 0, ++sequence, balance, demand, rejected, null);
            send(() -> owner.onReport(report));
        }

        private boolean isBefore(WaitingPartition other) {
            return !waiting.isEmpty()
                    && new WaitingPartition(waiting.getFirst().since(), partition).compareTo(other)
                            < 0;
        }

        void onGrant(LeaseGrant grant) {
            balance = balance.onLent(grant.lent());
            firstWaiting = grant.firstWaiting();
            startJobs();
            BigDecimal left = grant.limit().subtract(grant.spent());
            while (!waiting.isEmpty() && left.compareTo(waiting.getFirst().amount()) < 0) {
                waiting.removeFirst();
                rejected++;
                startJobs();
            }
        }
    }

    void lend() {
        owner.lend();
        for (int partition : owner.partitions()) {
            LeaseGrant grant = owner.grant(partition);
            send(() -> all.get(partition).onGrant(grant));
        }
    }

    private void send(Runnable message) {
        network.add(message);
    }

    /** Delivers a random message, which can be delivered again later. */
    void deliver() {
        if (!network.isEmpty()) {
            int index = random.nextInt(network.size());
            Runnable message = network.get(index);
            if (random.nextInt(PER_CENT) < 80) {
                network.remove(index);
            }
            message.run();
        }
    }

    /** Delivers everything, and exchanges reports and grants until nothing changes. */
    void settle() {
        for (int round = 0; round < PER_CENT; round++) {
            all.forEach(Borrower::report);
            lend();
            while (!network.isEmpty()) {
                network.removeFirst().run();
            }
        }
    }

    /** Returns the money that is spent or that running jobs can still spend. */
    BigDecimal committed() {
        return all.stream()
                .map(it -> it.balance.spent().add(it.balance.reserved()))
                .reduce(BigDecimal.ZERO, BigDecimal::add);
    }
}
