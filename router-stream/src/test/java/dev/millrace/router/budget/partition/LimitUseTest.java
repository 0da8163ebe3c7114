package dev.millrace.router.budget.partition;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.router.budget.partition.BudgetWorld.Running;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Tag;

/** How much of a limit jobs of very different amounts use before all of them wait. */
@Tag("slow")
class LimitUseTest {
    private static final BigDecimal LIMIT = new BigDecimal("3000");
    private static final int JOBS = 600;

    /** Most jobs need 1 to 3 % of the limit, some half of it, and one needs more than all of it. */
    private static int amount(int job, Random random) {
        if (job == JOBS / 20) {
            return 3_260;
        }
        return job % 50 == 7 ? 1_500 : 30 + random.nextInt(61);
    }

    @Property(tries = 10)
    void limitIsUsedAlthoughOneJobNeedsMore(@ForAll long seed) {
        var random = new Random(seed);
        var world = new BudgetWorld(3);
        for (int i = 0; i < JOBS; i++) {
            var job = world.job("free", "b", LIMIT, amount(i, random), null);
            world.partitions.get(random.nextInt(3)).requests.add(job);
        }

        int quiet = 0;
        while (quiet < 100) {
            exchange(world);
            boolean hasEnded = !world.running.isEmpty();
            for (Running job : List.copyOf(world.running)) {
                // An answer costs a small part of what it could cost at most.
                int cost = 1 + random.nextInt(Math.max(1, job.left.intValue() / 4));
                world.partitions
                        .get(job.partition)
                        .costs
                        .add(world.bill(job, BigDecimal.valueOf(cost), true));
            }
            quiet = hasEnded || world.hasUnread() ? 0 : quiet + 1;
        }

        BigDecimal spent = world.ledger.spent("batch/free/b");
        assertThat(spent).isBetween(LIMIT.multiply(new BigDecimal("0.95")), LIMIT);
        assertThat(world.released).extracting(it -> it.job.amount()).contains(big());
    }

    private static BigDecimal big() {
        return BigDecimal.valueOf(1_500);
    }

    private static void exchange(BudgetWorld world) {
        world.owner.readControl();
        world.owner.readReports();
        world.owner.tick();
        world.owner.commit();
        for (PartitionWorld one : world.partitions) {
            while (one.hasUnread()) {
                one.readRequest();
                one.readGrant();
                one.readCost();
            }
            one.tick();
            one.commit();
        }
        world.clock.advance(Duration.ofMillis(50));
    }
}
