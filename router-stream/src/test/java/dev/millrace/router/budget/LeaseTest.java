package dev.millrace.router.budget;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.router.budget.Lease.State;
import dev.millrace.router.budget.LeaseGrant.WaitingPartition;
import dev.millrace.router.budget.LeaseReport.Balance;
import dev.millrace.router.budget.LeaseReport.Unaffordable;
import dev.millrace.router.budget.PartitionLeases.Backlog;
import dev.millrace.router.budget.PartitionLeases.Claim;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

/** The states of a lease and the sums that hold in them, after any history. */
class LeaseTest {
    private static final int STEPS = 300;

    /** A deliberate fault. */
    enum Fault {
        NONE,
        /** What a job leaves of its reservation is freed twice. */
        FREED_TWICE,
        /** The end of a job frees its whole reservation, also what it has spent. */
        SPENT_MONEY_IS_FREED,
        /** A cost does not use the reservation of its job. */
        COST_BESIDE_ITS_RESERVATION,
        /** Grants are added up, as if they were amounts and no totals. */
        GRANTS_ADD_UP,
        /** Money can be reserved although more is lent than the limit allows. */
        EXCEEDED_LIMIT_IS_IGNORED
    }

    @Property(tries = 300)
    void sumsOfEachStateHold(@ForAll long seed) {
        new History(seed, Fault.NONE).run();
    }

    @Property(tries = 50)
    void plantedFaultBreaksASum(@ForAll Fault fault, @ForAll long seed) {
        if (fault != Fault.NONE) {
            assertThatThrownBy(() -> new History(seed, fault).run())
                    .isInstanceOf(AssertionError.class);
        }
    }

    /** A random history of a lease, and a ledger that does not know the lease. */
    private static final class History {
        private final Random random;
        private final Fault fault;
        private final List<BigDecimal> reservations = new ArrayList<>();
        private long now = 1_000;
        private Lease lease = Lease.opened("tenant/acme/total", now, null);
        private BigDecimal granted = BigDecimal.ZERO;
        private BigDecimal spent = BigDecimal.ZERO;
        private BigDecimal excess = BigDecimal.ZERO;
        private boolean isOverLimit;

        History(long seed, Fault fault) {
            random = new Random(seed);
            this.fault = fault;
            if (random.nextBoolean()) {
                lease = lease.counting(now);
            }
        }

        void run() {
            check();
            for (int i = 0; i < STEPS; i++) {
                State before = lease.state();
                BigDecimal reserved = lease.balance().reserved();
                step();
                check();
                checkTransition(before, reserved);
            }
        }

        private BigDecimal amount(int max) {
            return BigDecimal.valueOf(random.nextInt(max));
        }

        private void step() {
            now += random.nextInt(2_000);
            switch (random.nextInt(10)) {
                case 0, 1 -> grant();
                case 2, 3, 4 -> reserve();
                case 5, 6 -> settle();
                case 7 -> countCost();
                case 8 -> tick();
                default -> change();
            }
        }

        private void grant() {
            if (lease.state() == State.COUNTING) {
                return;
            }
            BigDecimal lent = granted.add(amount(20)).subtract(amount(5)).max(BigDecimal.ZERO);
            isOverLimit = random.nextInt(4) == 0;
            WaitingPartition first = isOverLimit ? WaitingPartition.OVER_LIMIT : null;
            granted = granted.max(lent);
            var grant =
                    new LeaseGrant(
                            lease.id().openedMillis(),
                            fault == Fault.GRANTS_ADD_UP ? lease.balance().lent().add(lent) : lent,
                            fault == Fault.EXCEEDED_LIMIT_IS_IGNORED ? null : first,
                            BigDecimal.TEN,
                            BigDecimal.ZERO,
                            BigDecimal.ZERO);
            lease = lease.onGrant(grant);
        }

        private void reserve() {
            BigDecimal amount = amount(6).add(BigDecimal.ONE);
            if (lease.covers(amount)) {
                lease = lease.reserve(amount, now);
                reservations.add(amount);
            } else {
                assertThatThrownBy(() -> lease.reserve(amount, now))
                        .isInstanceOf(IllegalStateException.class);
            }
        }

        private void settle() {
            if (reservations.isEmpty()) {
                return;
            }
            BigDecimal left = reservations.remove(random.nextInt(reservations.size()));
            BigDecimal cost = random.nextInt(10) == 0 ? left.add(amount(4)) : amount(4).min(left);
            BigDecimal rest = left.subtract(cost).max(BigDecimal.ZERO);
            lease =
                    lease.settle(
                            cost,
                            fault == Fault.COST_BESIDE_ITS_RESERVATION ? BigDecimal.ZERO : left);
            spent = spent.add(cost);
            excess = excess.add(cost.subtract(left).max(BigDecimal.ZERO));
            if (random.nextBoolean()) {
                reservations.add(rest);
                return;
            }
            lease = lease.unreserve(fault == Fault.SPENT_MONEY_IS_FREED ? left : rest);
            if (fault == Fault.FREED_TWICE) {
                lease = lease.unreserve(rest);
            }
        }

        private void countCost() {
            BigDecimal cost = amount(3);
            lease = lease.onUnreserved(cost, now);
            spent = spent.add(cost);
            excess = excess.add(cost);
        }

        private void tick() {
            Claim first = random.nextBoolean() ? null : new Claim(now - 100, amount(9));
            var backlog = new Backlog(first, 1, amount(9), Unaffordable.NONE);
            Lease.Tick tick = lease.onTick(0, backlog, now);
            lease = tick.lease();
            if (tick.due() != null) {
                assertThat(tick.due().balance()).isEqualTo(lease.balance());
                assertThat(tick.due().sequence()).isEqualTo(lease.lastReport().sequence());
            }
        }

        private void change() {
            lease =
                    switch (random.nextInt(4)) {
                        case 0 -> lease.onNeeded();
                        case 1 -> lease.onRejected();
                        case 2 -> lease.onDeclared(amount(3));
                        default -> Lease.decode(lease.encode(), now);
                    };
        }

        private void check() {
            Balance balance = lease.balance();
            assertThat(
                            List.of(
                                    balance.lent(),
                                    balance.returned(),
                                    balance.reserved(),
                                    balance.spent()))
                    .allSatisfy(it -> assertThat(it).isNotNegative());
            assertThat(balance.lent()).isEqualByComparingTo(granted);
            assertThat(balance.spent()).isEqualByComparingTo(spent);
            assertThat(balance.reserved())
                    .isEqualByComparingTo(
                            reservations.stream().reduce(BigDecimal.ZERO, BigDecimal::add));
            assertThat(balance.returned().add(balance.reserved()).add(balance.spent()))
                    .isLessThanOrEqualTo(balance.lent().add(excess));
            switch (lease.state()) {
                case COUNTING, ASKING -> {
                    assertThat(balance.lent().add(balance.returned()).add(balance.reserved()))
                            .isZero();
                    assertThat(balance.spent()).isEqualByComparingTo(excess);
                }
                case LENT -> assertThat(isOverLimit).isFalse();
                case OVER_LIMIT -> {
                    assertThat(isOverLimit).isTrue();
                    assertThat(lease.covers(BigDecimal.ONE)).isFalse();
                }
            }
        }

        private void checkTransition(State before, BigDecimal reservedBefore) {
            assertThat(successors(before)).contains(lease.state());
            if (lease.state() == State.OVER_LIMIT) {
                assertThat(lease.balance().reserved()).isLessThanOrEqualTo(reservedBefore);
            }
        }

        private static List<State> successors(State state) {
            return switch (state) {
                case COUNTING -> List.of(State.COUNTING, State.ASKING);
                case ASKING -> List.of(State.ASKING, State.LENT, State.OVER_LIMIT);
                case LENT, OVER_LIMIT -> List.of(State.LENT, State.OVER_LIMIT);
            };
        }
    }
}
