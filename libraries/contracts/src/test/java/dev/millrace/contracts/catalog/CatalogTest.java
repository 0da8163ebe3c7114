package dev.millrace.contracts.catalog;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.contracts.money.Price;
import dev.millrace.yaml.problem.Violation;
import java.math.BigDecimal;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

class CatalogTest {
    private static final Price PRICE = Price.of("1", "2");

    @Nested
    class WhenTheModelsAreConsistent {
        private final Model big =
                model("big").withAliases(List.of("grand")).withFallback(List.of("kid", "mid"));
        private final Model mid = model("mid");
        private final Model small = model("small").withAliases(List.of("kid"));
        private final Catalog catalog = Catalog.of(List.of(big, small, mid));

        @Test
        void findsAModelByNameAndByAlias() {
            assertThat(catalog.find("big")).contains(big);
            assertThat(catalog.find("grand")).contains(big);
        }

        @Test
        void findsNothingForAnUnknownName() {
            assertThat(catalog.find("huge")).isEmpty();
            assertThat(catalog.find("BIG")).isEmpty();
        }

        @Test
        void keepsFileOrder() {
            assertThat(catalog.models()).containsExactly(big, small, mid);
        }

        @Test
        void resolvesTheFallbackChainInOrder() {
            assertThat(catalog.fallbackChainOf(big)).containsExactly(small, mid);
            assertThat(catalog.fallbackChainOf(small)).isEmpty();
        }
    }

    @Nested
    class TheVersion {
        private final Catalog catalog = Catalog.of(List.of(model("a"), model("b")));

        @Test
        void isEqualForEqualContent() {
            assertThat(Catalog.of(List.of(model("a"), model("b"))).version())
                    .isEqualTo(catalog.version())
                    .matches("[0-9a-f]{12}");
        }

        @Test
        void isStableAcrossMachinesAndReleases() {
            assertThat(catalog.version()).isEqualTo("16a83bda6e94");
        }

        @Test
        void differsForAnotherPriceOrderOrAlias() {
            var dearer = Model.of("b", "p", Price.of("1", "2.01"));

            var one = BigDecimal.ONE;
            var two = BigDecimal.TWO;
            var cache = Model.of("b", "p", new Price(one, one, one, two, two, Optional.empty()));

            assertThat(Catalog.of(List.of(model("a"), dearer)).version())
                    .isNotEqualTo(catalog.version());
            assertThat(Catalog.of(List.of(model("a"), cache)).version())
                    .isNotEqualTo(catalog.version());
            assertThat(Catalog.of(List.of(model("b"), model("a"))).version())
                    .isNotEqualTo(catalog.version());
            assertThat(
                            Catalog.of(List.of(model("a"), model("b").withAliases(List.of("c"))))
                                    .version())
                    .isNotEqualTo(catalog.version());
        }
    }

    @Nested
    class WhenTheModelsConflict {
        @Test
        void rejectsTwoModelsWithOneName() {
            assertThat(Catalog.problemsOf(List.of(model("a"), model("a"))))
                    .containsExactly(
                            new CatalogProblem(
                                    "a", "name", "must be unique, but two models are called a"));
        }

        @Test
        void rejectsAnAliasThatIsTheNameOfAnotherModel() {
            assertThat(
                            Catalog.problemsOf(
                                    List.of(model("a").withAliases(List.of("b")), model("b"))))
                    .containsExactly(
                            new CatalogProblem(
                                    "a", "aliases", "must be unique, but b already refers to b"));
        }

        @Test
        void rejectsAnAliasOfTwoModels() {
            var one = model("a").withAliases(List.of("x"));
            var two = model("b").withAliases(List.of("x"));

            assertThat(Catalog.problemsOf(List.of(one, two)))
                    .containsExactly(
                            new CatalogProblem(
                                    "b", "aliases", "must be unique, but x already refers to a"));
        }

        @Test
        void rejectsADuplicateAliasAndAnAliasEqualToTheName() {
            assertThat(Catalog.problemsOf(List.of(model("a").withAliases(List.of("x", "x", "a")))))
                    .extracting(CatalogProblem::expected)
                    .containsExactly(
                            "must name each alias once, but x appears twice",
                            "must differ from the model's own name a");
        }

        @Test
        void rejectsAChainWithUnknownOwnOrRepeatedModels() {
            var model =
                    model("a").withAliases(List.of("x")).withFallback(List.of("y", "x", "b", "b"));

            assertThat(Catalog.problemsOf(List.of(model, model("b"))))
                    .extracting(CatalogProblem::expected)
                    .containsExactly(
                            "must name models of the catalog, but y is not one",
                            "must not contain the model itself",
                            "must name each model once, but b appears twice");
        }

        @Test
        void throwsTheFirstProblem() {
            assertThatThrownBy(() -> Catalog.of(List.of(model("a"), model("a"))))
                    .isInstanceOf(Violation.class)
                    .hasMessage("models.a.name must be unique, but two models are called a");
        }
    }

    private static Model model(String name) {
        return Model.of(name, "p", PRICE);
    }
}
