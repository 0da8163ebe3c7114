package dev.millrace.router.budget;

import dev.millrace.contracts.control.ControlKey;
import dev.millrace.contracts.control.OperatorCommand;
import dev.millrace.router.budget.BudgetWorld.Job;
import dev.millrace.router.budget.BudgetWorld.Running;
import dev.millrace.router.budget.LeaseReport.Balance;
import dev.millrace.router.message.RoutingMessage.Rejection;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Two partitions whose messages are exchanged after each event. Tests extend it. */
class BudgetScene {
    final BudgetWorld world = new BudgetWorld(2);

    Job submit(int partition, String tenant, int amount) {
        return submit(partition, tenant, "batch", null, amount, null);
    }

    Job submit(
            int partition,
            String tenant,
            String batch,
            @Nullable BigDecimal declared,
            int amount,
            @Nullable Instant deadline) {
        Job job = world.job(tenant, batch, declared, amount, deadline);
        world.partitions.get(partition).requests.add(job);
        settle();
        return job;
    }

    Job submitOf(
            String apiKey,
            int partition,
            String tenant,
            String batch,
            @Nullable BigDecimal declared,
            int amount) {
        Job job = world.job(tenant, batch, apiKey, declared, amount, null);
        world.partitions.get(partition).requests.add(job);
        settle();
        return job;
    }

    void limit(ControlKey.Limit key, int usd) {
        world.setLimit(key, BigDecimal.valueOf(usd));
        settle();
    }

    /** Exchanges all messages for a few seconds. */
    void settle() {
        for (int round = 0; round < 100; round++) {
            exchange();
        }
    }

    /** Lets each partition read one message of each kind, and take a turn. */
    void exchange() {
        world.owner.readControl();
        world.owner.readReport();
        world.owner.tick();
        world.owner.commit();
        for (PartitionWorld one : world.partitions) {
            one.readRequest();
            one.readGrant();
            one.readCost();
            one.tick();
            one.commit();
        }
        world.clock.advance(Duration.ofMillis(20));
    }

    void pass(Duration time) {
        world.clock.advance(time);
        settle();
    }

    void end(Job job, int cost) {
        bill(job, cost);
        settle();
    }

    /** Ends a running job; its partition has not read the cost event yet. */
    void bill(Job job, int cost) {
        bill(job, cost, true);
    }

    void bill(Job job, int cost, boolean isFinal) {
        Running run =
                world.running.stream().filter(it -> it.job.equals(job)).findFirst().orElseThrow();
        world.partitions
                .get(run.partition)
                .costs
                .add(world.bill(run, BigDecimal.valueOf(cost), isFinal));
    }

    void cancel(Job job) {
        var command = new OperatorCommand(world.clock.instant(), "me");
        world.publish(command.record(new ControlKey.CancelJob(job.id())));
    }

    List<Job> released() {
        return world.released.stream().map(it -> it.job).toList();
    }

    Rejection refusalOf(Job job) {
        return world.refused.stream()
                .filter(it -> it.job().equals(job))
                .findFirst()
                .orElseThrow()
                .rejection();
    }

    Balance balance(int partition, String account) {
        return new BudgetStore(world.partitions.get(partition).store)
                .lease(account, 0)
                .orElseThrow()
                .balance();
    }
}
