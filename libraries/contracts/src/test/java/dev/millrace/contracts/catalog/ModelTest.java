package dev.millrace.contracts.catalog;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.contracts.job.Endpoint;
import dev.millrace.contracts.job.Endpoints;
import dev.millrace.contracts.money.Price;
import dev.millrace.yaml.problem.Violation;
import java.util.List;
import java.util.OptionalLong;
import java.util.Set;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

class ModelTest {
    private static final Price PRICE = Price.of("1", "2");

    @Nested
    class WithDefaultSettings {
        private final Model model = Model.of("m", "p", PRICE);

        @Test
        void usesItsOwnNameUpstream() {
            assertThat(model.upstreamModel()).isEqualTo("m");
        }

        @Test
        void isUnlimited() {
            assertThat(model.limits()).isEqualTo(Limits.NONE);
        }
    }

    @Nested
    class UrlsAtAProvider {
        private final Model chat = Model.of("m", "p", PRICE);
        private final Model embedding = Catalog.shipped().find("text-embedding-3-small").get();

        @Test
        void areAllButEmbeddingsByDefault() {
            assertThat(chat.urlsAt(Endpoints.known().all()))
                    .containsExactly(
                            Endpoint.CHAT_COMPLETIONS,
                            Endpoint.RESPONSES,
                            Endpoint.COMPLETIONS,
                            Endpoint.MESSAGES);
            assertThat(chat.urlsAt(Set.of())).isEmpty();
        }

        @Test
        void areTheDeclaredOnesThatTheProviderOffers() {
            assertThat(embedding.urlsAt(Endpoints.known().all()))
                    .containsExactly(Endpoint.EMBEDDINGS);
            assertThat(embedding.urlsAt(Set.of(Endpoint.MESSAGES))).isEmpty();
        }
    }

    @Nested
    class WhenAValueIsInvalid {
        @Test
        void rejectsTheNameAuto() {
            assertThatThrownBy(() -> Model.of("auto", "p", PRICE)).hasMessageContaining("auto");
            assertThatThrownBy(() -> Model.of("m", "p", PRICE).withAliases(List.of("auto")))
                    .isInstanceOf(Violation.class);
        }

        @Test
        void rejectsNamesWithInvisibleCharacters() {
            assertThatThrownBy(() -> Model.of(" ", "p", PRICE)).hasMessageStartingWith("name");
            assertThatThrownBy(() -> Model.of("m", "", PRICE)).hasMessageStartingWith("provider");
            assertThatThrownBy(() -> Model.of("m ", "p", PRICE)).hasMessageStartingWith("name");
        }

        @Test
        void rejectsALimitOfZero() {
            var none = OptionalLong.empty();

            assertThatThrownBy(
                            () ->
                                    new Limits(
                                            none, none, none, none, none, OptionalLong.of(0), none))
                    .hasMessage("concurrency must be 1 or more, was 0");
        }
    }
}
