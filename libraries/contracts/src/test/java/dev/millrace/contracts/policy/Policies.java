package dev.millrace.contracts.policy;

import dev.millrace.contracts.catalog.Capability;
import dev.millrace.contracts.catalog.Tier;
import dev.millrace.contracts.job.Buy;
import dev.millrace.contracts.job.CacheMode;
import dev.millrace.contracts.job.Priority;
import dev.millrace.contracts.policy.Ramp.StepCompletion;
import dev.millrace.contracts.policy.When.AtLeast;
import dev.millrace.contracts.policy.When.Range;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;
import java.util.stream.Stream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import org.jspecify.annotations.Nullable;

/** Generates arbitrary policies that use every key. */
public final class Policies {
    private Policies() {}

    /** Returns policies with a few rules, the last one without a condition. */
    public static Arbitrary<Policy> any() {
        var conditional =
                Combinators.combine(
                                rules(), whens(), caches(), Arbitraries.of(Buy.class).optional())
                        .as(
                                (rule, when, cache, buy) ->
                                        new Rule(
                                                Optional.of(when),
                                                rule.use(),
                                                rule.split(),
                                                rule.cheapest(),
                                                rule.tier(),
                                                rule.ramp(),
                                                rule.guard(),
                                                cache,
                                                buy));
        return Combinators.combine(conditional.list().ofMaxSize(4), rules())
                .as(
                        (first, last) ->
                                new Policy(
                                        Stream.concat(first.stream(), Stream.of(last)).toList()));
    }

    private static Arbitrary<Optional<RuleCache>> caches() {
        var modes = Arbitraries.of(CacheMode.class).optional();
        return Combinators.combine(modes, Arbitraries.of(true, false).optional())
                .as(
                        (mode, shared) ->
                                mode.isPresent() || shared.isPresent()
                                        ? Optional.of(new RuleCache(mode, shared))
                                        : Optional.empty());
    }

    private static Arbitrary<Rule> rules() {
        var use =
                words().filter(it -> !it.isEmpty())
                        .map(it -> rule(it, List.of(), null, null, null, null));
        var cheapest =
                Combinators.combine(words(), Arbitraries.of(Tier.class).set())
                        .as(
                                (among, tier) ->
                                        rule(
                                                List.of(),
                                                List.of(),
                                                new Cheapest(among, tier),
                                                null,
                                                null,
                                                null));
        var tier =
                Arbitraries.of(Tier.class)
                        .map(it -> rule(List.of(), List.of(), null, it, null, null));
        return Arbitraries.oneOf(use, cheapest, tier, splits());
    }

    private static Arbitrary<Rule> splits() {
        var arms = List.of(new Arm("gpt-4.1", 90), new Arm("a b: \"c\" 模型 🙂", 10));
        return Combinators.combine(ramps(), guards())
                .as(
                        (ramp, guard) ->
                                rule(
                                        List.of(),
                                        arms,
                                        null,
                                        null,
                                        ramp.orElse(null),
                                        guard.orElse(null)));
    }

    private static Arbitrary<Optional<Ramp>> ramps() {
        var steps =
                Arbitraries.doubles()
                        .between(0.01, 100)
                        .set()
                        .ofMinSize(1)
                        .ofMaxSize(5)
                        .map(it -> it.stream().sorted().toList());
        var each =
                Combinators.combine(
                                Arbitraries.integers().between(1, 1_000_000),
                                Arbitraries.longs().between(1, 31_536_000_000L),
                                Arbitraries.integers().between(0, 2))
                        .as(
                                (results, millis, which) ->
                                        new StepCompletion(
                                                which == 0
                                                        ? OptionalInt.empty()
                                                        : OptionalInt.of(results),
                                                which == 1
                                                        ? Optional.empty()
                                                        : Optional.of(Duration.ofMillis(millis))));
        return Combinators.combine(steps, each)
                .as((it, step) -> new Ramp("gpt-4.1", it, step))
                .optional();
    }

    private static Arbitrary<Optional<Guard>> guards() {
        var ratio = Arbitraries.doubles().between(0.01, 1e6).optional();
        return Combinators.combine(
                        Arbitraries.doubles().between(0.01, 100),
                        ratio,
                        ratio,
                        Arbitraries.integers().between(1, 10_000))
                .as(
                        (rate, p95, cost, over) ->
                                new Guard("gpt-4.1", Optional.of(rate), p95, cost, over))
                .optional();
    }

    private static Arbitrary<When> whens() {
        var amount =
                Arbitraries.bigDecimals()
                        .between(BigDecimal.ZERO, new BigDecimal("1e9"))
                        .ofScale(6)
                        .map(AtLeast::new)
                        .optional();
        var range =
                Arbitraries.longs()
                        .between(0, 1_000_000)
                        .map(
                                it ->
                                        new Range(
                                                it % 2 == 0
                                                        ? OptionalLong.empty()
                                                        : OptionalLong.of(it),
                                                OptionalLong.of(it + 1)))
                        .optional();
        var texts = words().map(Set::copyOf);
        var flags = Arbitraries.of(true, false).optional();
        var sets =
                Combinators.combine(
                                Arbitraries.of("zh", "no", "en", "on", "yes").set(),
                                Arbitraries.of(Complexity.class).set(),
                                Arbitraries.of(TaskType.class).set(),
                                Arbitraries.of(Capability.class).set(),
                                Arbitraries.of(Priority.class).set(),
                                texts,
                                metadata())
                        .as(
                                (language, complexity, task, able, priority, tenant, metadata) ->
                                        new When(
                                                Optional.empty(),
                                                Optional.empty(),
                                                language,
                                                complexity,
                                                task,
                                                able,
                                                priority,
                                                tenant,
                                                metadata,
                                                Optional.empty(),
                                                Optional.empty(),
                                                Optional.empty()));
        return Combinators.combine(sets, flags, flags, amount, range, amount)
                .as(
                        (when, quick, reasoning, cost, input, left) ->
                                new When(
                                        quick,
                                        reasoning,
                                        when.language(),
                                        when.complexity(),
                                        when.task(),
                                        when.capabilities(),
                                        when.priority(),
                                        when.tenant(),
                                        when.metadata(),
                                        cost,
                                        input,
                                        left))
                .filter(it -> !it.equals(When.ALWAYS));
    }

    private static Arbitrary<Map<String, Set<String>>> metadata() {
        return Arbitraries.maps(word(), word().set().ofMinSize(1).ofMaxSize(3)).ofMaxSize(3);
    }

    /**
     * Returns words that YAML might read as another type, and arbitrary other words except ~, which
     * means null.
     */
    private static Arbitrary<String> word() {
        var odd =
                Arbitraries.of(
                        "true",
                        "null",
                        "no",
                        "1",
                        "1.5",
                        "0x1f",
                        "a: b",
                        "- a",
                        "#x",
                        "",
                        " x ",
                        "{",
                        "[a]",
                        "*a",
                        "&a",
                        "'",
                        "\"",
                        "\\",
                        "2026-11-20",
                        "1e3",
                        ".inf",
                        "12:30:45",
                        "=",
                        "<<");
        return Arbitraries.oneOf(odd, Arbitraries.strings().ofMaxLength(12))
                .filter(it -> !it.equals("~"));
    }

    private static Arbitrary<List<String>> words() {
        return word().set().ofMaxSize(4).map(List::copyOf);
    }

    private static Rule rule(
            List<String> use,
            List<Arm> split,
            @Nullable Cheapest cheapest,
            @Nullable Tier tier,
            @Nullable Ramp ramp,
            @Nullable Guard guard) {
        return new Rule(
                Optional.empty(),
                use,
                split,
                Optional.ofNullable(cheapest),
                Optional.ofNullable(tier),
                Optional.ofNullable(ramp),
                Optional.ofNullable(guard));
    }
}
