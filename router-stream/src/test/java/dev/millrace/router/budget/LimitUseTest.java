package dev.millrace.router.budget;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.contracts.control.ControlKey;
import dev.millrace.contracts.job.JobId;
import dev.millrace.router.budget.BudgetWorld.Job;
import dev.millrace.router.budget.BudgetWorld.Running;
import dev.millrace.testwaits.Seeds;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Tag;

/** Used part of a limit, by jobs of very different amounts, when all of them wait. */
@Tag("slow")
class LimitUseTest {
    private static final BigDecimal LIMIT = new BigDecimal("3000");
    private static final int JOBS = 600;
    private static final List<String> KEYS = List.of("key-0", "key-1");

    /**
     * Most jobs need 1 to 3 % of the limit, some need half of it, and one needs more than the
     * limit.
     */
    private static int amount(int job, Random random) {
        if (job == JOBS / 20) {
            return 3_260;
        }
        return job % 50 == 7 ? 1_500 : 30 + random.nextInt(61);
    }

    @Seeds(10)
    void limitIsUsedAlthoughOneJobNeedsMore(long seed) {
        var random = new Random(seed);
        var world = new BudgetWorld(3);
        for (int i = 0; i < JOBS; i++) {
            var job = world.job("free", "b", LIMIT, amount(i, random), null);
            world.partitions.get(random.nextInt(3)).requests.add(job);
        }

        runUntilAllWait(world, random);

        BigDecimal spent = world.ledger.spent("batch/free/b");
        assertThat(spent).isBetween(LIMIT.multiply(new BigDecimal("0.95")), LIMIT);
        assertThat(world.released).extracting(it -> it.job.amount()).contains(big());
    }

    /** A tenant, two batches and two API keys, each of which pays for some of the jobs. */
    @Seeds(4)
    void eachJobThatWaitsLacksMoneyOfABudgetThatIsUsed(long seed) {
        var random = new Random(seed);
        var world = new BudgetWorld(4);
        world.setLimit(new ControlKey.TenantLimit("acme"), new BigDecimal("1500"));
        var batchLimit = new BigDecimal(800 + random.nextInt(400));
        for (String key : KEYS) {
            world.setLimit(
                    new ControlKey.KeyLimit("acme", key),
                    new BigDecimal(800 + random.nextInt(300)));
        }
        for (int i = 0; i < JOBS; i++) {
            Job job =
                    world.job(
                            "acme",
                            random.nextInt(3) == 0 ? "b" : "c",
                            random.nextInt(3) == 0 ? null : KEYS.get(random.nextInt(2)),
                            batchLimit,
                            random.nextInt(60) == 0 ? 700 : 1 + random.nextInt(40),
                            null);
            world.partitions.get(random.nextInt(4)).requests.add(job);
        }

        runUntilAllWait(world, random);

        var most = new BigDecimal("0.95");
        assertThat(waiting(world)).isNotEmpty();
        for (Job job : waiting(world)) {
            assertThat(world.accountsOf(job))
                    .as("budgets of the waiting " + job)
                    .anyMatch(
                            it -> {
                                BigDecimal spent = world.ledger.spent(it.id().account());
                                return it.limit().subtract(spent).compareTo(job.amount()) < 0
                                        && (isLarge(job)
                                                || spent.compareTo(it.limit().multiply(most)) >= 0);
                            });
        }
    }

    private static boolean isLarge(Job job) {
        return job.amount().intValue() > 40;
    }

    private static List<Job> waiting(BudgetWorld world) {
        Set<JobId> ended = new HashSet<>(world.ended);
        world.refused.forEach(it -> ended.add(it.job().id()));
        return world.jobs.values().stream().filter(it -> !ended.contains(it.id())).toList();
    }

    /** Ends calls, some after a billed failure, until nothing changes. */
    private static void runUntilAllWait(BudgetWorld world, Random random) {
        int quiet = 0;
        while (quiet < 100) {
            exchange(world);
            boolean hasEnded = !world.running.isEmpty();
            for (Running job : List.copyOf(world.running)) {
                // An answer costs a small part of its highest cost.
                int cost = 1 + random.nextInt(Math.max(1, job.left.intValue() / 4));
                boolean isFinal = random.nextInt(4) > 0 || job.left.intValue() < 4;
                world.partitions
                        .get(job.partition)
                        .costs
                        .add(world.bill(job, BigDecimal.valueOf(cost).min(job.left), isFinal));
            }
            quiet = hasEnded || world.hasUnread() ? 0 : quiet + 1;
        }
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
