package dev.millrace.router.budget;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.contracts.catalog.Model;
import dev.millrace.contracts.job.RequestParser;
import dev.millrace.contracts.money.Price;
import dev.millrace.router.budget.BudgetWorld.Running;
import dev.millrace.router.classify.RuleBasedClassifier;
import dev.millrace.router.plan.WorstCaseCost;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Used part of small limits, by short prompts at the prices of gpt-4.1. Amounts are in millionths
 * of a US dollar. An answer takes 0.1 to 60 s; one call in ten fails without a bill, and one in
 * twenty has an unknown end.
 */
class SmallLimitTest {
    private static final Price GPT_4_1 = Price.of("2", "8");
    private static final int PROMPT_TOKENS = 11;
    private static final BigDecimal MILLION = BigDecimal.valueOf(1_000_000);

    /** Enough jobs to spend each limit twice. */
    private static final int LIMITS = 2;

    @ParameterizedTest
    @CsvSource({
        "gpt-4.1, 4000, 10, 130",
        "gpt-4.1, 4000, 100, 850",
        "gpt-4.1, 50000, 100, 850",
        "claude-sonnet-4.5, 4000, 10, 340",
        "claude-sonnet-4.5, 50000, 100, 1060",
        "llama-3.1-8b, 50000, 100, 1310",
    })
    void lessThanOneAttemptIsLeft(String model, int limit, int maxTokens, int mostUsd) {
        int attempt = attempt(model, maxTokens);
        assertThat(attempt).isLessThanOrEqualTo(mostUsd);
        for (int millis : List.of(100, 1_000, 5_000, 15_000, 60_000)) {
            BigDecimal spent = spent(limit, attempt, maxTokens, millis);

            assertThat(spent)
                    .as("spent with answers of " + millis + " ms")
                    .isLessThanOrEqualTo(BigDecimal.valueOf(limit))
                    .isGreaterThan(BigDecimal.valueOf(limit - attempt));
        }
    }

    /** Returns the highest cost of a call with a prompt of 11 tokens. */
    private static int attempt(String model, int maxTokens) {
        String line =
                """
                {"custom_id":"a","url":"/v1/chat/completions","body":{"model":"%s","max_tokens":%d,\
                "messages":[{"role":"user","content":"Say in one word what colour the sky has."}]}}"""
                        .formatted(model, maxTokens);
        var parsed = RequestParser.parse(line.getBytes(UTF_8)).accepted();
        var profile =
                new RuleBasedClassifier().classify(parsed, Instant.parse("2026-11-20T12:00:00Z"));
        return WorstCaseCost.of(
                        Model.of(model, "any", GPT_4_1),
                        parsed.endpoint(),
                        profile,
                        parsed.pricedFields())
                .usd()
                .orElseThrow()
                .multiply(MILLION)
                .intValueExact();
    }

    private static BigDecimal spent(int limit, int attempt, int maxTokens, int millis) {
        var random = new Random(limit + millis);
        var world = new BudgetWorld(3);
        int cheapest = cost(1);
        for (int i = 0; i < LIMITS * limit / cheapest; i++) {
            var job = world.job("free", "b", BigDecimal.valueOf(limit), attempt, null);
            world.partitions.get(random.nextInt(3)).requests.add(job);
        }
        Map<Running, Long> ends = new HashMap<>();
        for (int quiet = 0; quiet < 2 * 60_000 / 50; ) {
            exchange(world);
            int before = world.changes;
            for (Running job : List.copyOf(world.running)) {
                long now = world.clock.millis();
                long end = ends.computeIfAbsent(job, _ -> now + millis);
                if (end <= now) {
                    ends.remove(job);
                    end(world, job, attempt, 1 + random.nextInt(maxTokens), random);
                }
            }
            boolean isBusy =
                    !world.running.isEmpty() || world.hasUnread() || world.changes > before;
            quiet = isBusy ? 0 : quiet + 1;
        }
        return world.ledger.spent("batch/free/b");
    }

    private static int cost(int answerTokens) {
        return 2 * PROMPT_TOKENS + 8 * answerTokens;
    }

    private static void end(
            BudgetWorld world, Running job, int attempt, int answer, Random random) {
        int chance = random.nextInt(20);
        if (chance < 2) {
            // An unbilled call is repeated with the same reservation.
            return;
        }
        boolean isLost = chance == 2;
        world.partitions
                .get(job.partition)
                .costs
                .add(world.bill(job, BigDecimal.valueOf(isLost ? attempt : cost(answer)), !isLost));
    }

    private static void exchange(BudgetWorld world) {
        world.owner.readControl();
        world.owner.readReports();
        world.owner.tick();
        world.owner.commit();
        for (PartitionWorld one : world.partitions) {
            for (int i = 0; i < 20 && one.hasUnread(); i++) {
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
