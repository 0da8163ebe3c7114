package dev.millrace.similarity.adversarial;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.similarity.embedding.EmbeddingModel;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tag;
import net.jqwik.api.lifecycle.AfterContainer;

/**
 * Generates similar prompts with different answers. The threshold is far below the shipped one, so
 * that the other checks have to refuse them.
 */
@Tag("slow")
class AdversarialPairsTest {
    private static final float LOW_THRESHOLD = 0.75f;
    private static final float SHIPPED_THRESHOLD = 0.95f;
    private static final int TRIES = 40;

    private static final List<String> THINGS =
            List.of("ticket", "parcel", "invoice", "subscription", "phone", "password", "laptop");
    private static final List<String> PLACES =
            List.of("Paris", "London", "Boston", "Austin", "Norway", "Peru", "Kenya");
    private static final List<String> UNITS =
            List.of("km", "miles", "feet", "inches", "kg", "pounds", "euros", "dollars", "yen");

    private static final EmbeddingModel MODEL = EmbeddingModel.load();

    @AfterContainer
    static void close() {
        MODEL.close();
    }

    private static void assertNoHit(PromptPair pair) {
        for (PromptPair each : List.of(pair, pair.swapped())) {
            var cache = new CacheUnderTest(MODEL, LOW_THRESHOLD);
            assertThat(cache.store(each.stored())).as(each.stored()).isTrue();
            assertThat(cache.find(each.stored())).as("the same prompt").hasValue(each.stored());
            assertThat(cache.find(each.asked())).as(each.asked()).isEmpty();
        }
    }

    /** Returns pairs that put two different items into one random template. */
    private static Arbitrary<PromptPair> different(List<String> items, String... templates) {
        return Combinators.combine(
                        Arbitraries.of(templates), Arbitraries.of(items), Arbitraries.of(items))
                .as(PromptPair::of)
                .filter(it -> !it.stored().equals(it.asked()));
    }

    /** Returns pairs of two words that are exchanged, in random templates about random things. */
    private static Arbitrary<PromptPair> exchanged(List<List<String>> words, String... templates) {
        return Combinators.combine(
                        Arbitraries.of(templates), Arbitraries.of(words), Arbitraries.of(THINGS))
                .as(
                        (template, two, thing) ->
                                PromptPair.of(
                                        template.replace("THING", thing),
                                        two.getFirst(),
                                        two.getLast()));
    }

    @Provide
    Arbitrary<PromptPair> numbers() {
        Arbitrary<String> number = Arbitraries.integers().between(2, 2_100).map(String::valueOf);
        Arbitrary<String> template =
                Arbitraries.of(
                        "What were the sales in %s?",
                        "Which laws changed in %s and why?",
                        "Is a discount of %s percent possible?",
                        "Can I return my order after %s days?",
                        "What is %s plus 17?",
                        "Where is order #%s?");
        return Combinators.combine(template, number, number)
                .as(PromptPair::of)
                .filter(it -> !it.stored().equals(it.asked()));
    }

    @Property(tries = TRIES)
    void otherNumberIsNoHit(@ForAll("numbers") PromptPair pair) {
        assertNoHit(pair);
    }

    @Provide
    Arbitrary<PromptPair> years() {
        Arbitrary<Integer> year = Arbitraries.integers().between(1900, 2030);
        return Combinators.combine(
                        Arbitraries.of(
                                "Who won the world cup in %s?", "What was the tax rate in %s?"),
                        year)
                .as((template, it) -> PromptPair.of(template, "" + it, "" + (it + 1)));
    }

    @Property(tries = TRIES)
    void nextYearIsNoHit(@ForAll("years") PromptPair pair) {
        assertNoHit(pair);
    }

    @Provide
    Arbitrary<PromptPair> units() {
        return different(
                UNITS,
                "How many %s are there in 40 cubits?",
                "What is 12 stone in %s?",
                "I have 70 %s, is that too much?");
    }

    @Property(tries = TRIES)
    void otherUnitIsNoHit(@ForAll("units") PromptPair pair) {
        assertNoHit(pair);
    }

    @Provide
    Arbitrary<PromptPair> names() {
        return different(
                PLACES,
                "What is the capital of the region around %s?",
                "Do you ship to %s?",
                "When does the next train to %s leave?",
                "what is the weather like in %s");
    }

    @Property(tries = TRIES)
    void otherNameIsNoHit(@ForAll("names") PromptPair pair) {
        assertNoHit(pair);
    }

    @Provide
    Arbitrary<PromptPair> questions() {
        return Arbitraries.oneOf(
                exchanged(
                        List.of(
                                List.of("much", "many"),
                                List.of("long", "often"),
                                List.of("soon", "often"),
                                List.of("old", "big")),
                        "How %s of the THING is left?",
                        "How %s is the THING sent?"),
                exchanged(
                        List.of(
                                List.of("When", "Where"),
                                List.of("Why", "How"),
                                List.of("Who", "What"),
                                List.of("When", "Why")),
                        "%s was the THING sent?",
                        "%s can change the THING?"));
    }

    @Property(tries = TRIES)
    void otherQuestionIsNoHit(@ForAll("questions") PromptPair pair) {
        assertNoHit(pair);
    }

    @Provide
    Arbitrary<PromptPair> negations() {
        return exchanged(
                List.of(
                        List.of("can", "cannot"),
                        List.of("can", "can't"),
                        List.of("should", "should not"),
                        List.of("do", "don't"),
                        List.of("will", "won't")),
                "Which THING %s I change?",
                "Tell me what %s happen to the THING",
                "Why %s I need a THING?");
    }

    @Property(tries = TRIES)
    void negationIsNoHit(@ForAll("negations") PromptPair pair) {
        assertNoHit(pair);
    }

    @Provide
    Arbitrary<PromptPair> opposites() {
        return exchanged(
                List.of(
                        List.of("with", "without"),
                        List.of("before", "after"),
                        List.of("from", "to"),
                        List.of("inside", "outside"),
                        List.of("above", "below"),
                        List.of("with", "except")),
                "Can I use the THING %s a contract?",
                "What happens %s the THING order?",
                "How do I move data %s my THING?");
    }

    @Property(tries = TRIES)
    void oppositeIsNoHit(@ForAll("opposites") PromptPair pair) {
        assertNoHit(pair);
    }

    @Provide
    Arbitrary<PromptPair> verbs() {
        return exchanged(
                List.of(
                        List.of("buy", "sell"),
                        List.of("open", "close"),
                        List.of("activate", "deactivate"),
                        List.of("increase", "decrease"),
                        List.of("lock", "unlock"),
                        List.of("start", "cancel"),
                        List.of("lend", "borrow")),
                "How do I %s a THING?",
                "Is it safe to %s the THING online?");
    }

    @Property(tries = TRIES)
    void oppositeVerbIsNoHit(@ForAll("verbs") PromptPair pair) {
        assertNoHit(pair);
    }

    @Provide
    Arbitrary<PromptPair> orders() {
        return Combinators.combine(
                        Arbitraries.of(
                                "How do I get from %s to %s?",
                                "Is %s larger than %s?",
                                "Did %s beat %s?",
                                "What does %s export to %s?"),
                        Arbitraries.of(PLACES),
                        Arbitraries.of(PLACES))
                .filter((_, a, b) -> !a.equals(b))
                .as(
                        (template, a, b) ->
                                new PromptPair(template.formatted(a, b), template.formatted(b, a)));
    }

    @Property(tries = TRIES)
    void otherOrderIsNoHit(@ForAll("orders") PromptPair pair) {
        assertNoHit(pair);
    }

    @Provide
    Arbitrary<PromptPair> manners() {
        return exchanged(
                List.of(
                        List.of("can", "must"),
                        List.of("may", "should"),
                        List.of("did", "will"),
                        List.of("can", "will")),
                "%s I return the THING?",
                "When %s we pay for the THING?");
    }

    @Property(tries = TRIES)
    void otherMannerIsNoHit(@ForAll("manners") PromptPair pair) {
        assertNoHit(pair);
    }

    @Provide
    Arbitrary<String> things() {
        return Arbitraries.of(THINGS);
    }

    /** Without this test, a cache that never answers would pass all other tests. */
    @Property(tries = TRIES)
    void harmlessVariantIsAHitAmongDeceptiveEntries(@ForAll("things") String thing) {
        var cache = new CacheUnderTest(MODEL, SHIPPED_THRESHOLD);
        String stored = "How do I return a %s after 30 days?".formatted(thing);
        cache.store("How do I return a %s after 31 days?".formatted(thing));
        cache.store("How do I return a %s within 30 days?".formatted(thing));
        cache.store(stored);
        cache.store("How do I not return a %s after 30 days?".formatted(thing));

        for (String asked :
                List.of(
                        "how do i return a %s after 30 days",
                        "How can I return a %s after 30 days?",
                        "How do I return the %s after 30 days, please?",
                        "How do I return my %s after 30 days?")) {
            assertThat(cache.find(asked.formatted(thing))).as(asked).hasValue(stored);
        }
    }
}
