package dev.millrace.contracts.catalog;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.contracts.job.Endpoint;
import dev.millrace.contracts.money.Price;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class CatalogVersionTest {
    private static final Model PLAIN = model(Set.of(), ModelParameters.DEFAULT);

    private static Model model(Set<Endpoint> urls, ModelParameters parameters) {
        return Model.of("m", "p", Price.of("1", "2"))
                .served(new Model.Upstream("p", "m", urls, StreamMode.AUTO, parameters));
    }

    private static ModelParameters rename(String key, String name) {
        return new ModelParameters(Map.of(key, name), Set.of(), Optional.empty());
    }

    private static ModelParameters refuse(String... keys) {
        return new ModelParameters(Map.of(), new LinkedHashSet<>(List.of(keys)), Optional.empty());
    }

    private static List<List<Model>> differentModels() {
        return List.of(
                List.of(PLAIN, model(Set.of(Endpoint.EMBEDDINGS), ModelParameters.DEFAULT)),
                List.of(
                        model(Set.of(Endpoint.RESPONSES), ModelParameters.DEFAULT),
                        model(
                                Set.of(Endpoint.RESPONSES, Endpoint.COMPLETIONS),
                                ModelParameters.DEFAULT)),
                List.of(PLAIN, model(Set.of(), rename("a", "b"))),
                List.of(model(Set.of(), rename("a", "b")), model(Set.of(), rename("a", "c"))),
                List.of(model(Set.of(), rename("a", "b")), model(Set.of(), rename("c", "b"))),
                List.of(PLAIN, model(Set.of(), refuse("a"))),
                List.of(
                        PLAIN,
                        model(
                                Set.of(),
                                new ModelParameters(Map.of(), Set.of(), Optional.of(".*")))),
                List.of(model(Set.of(), refuse("a")), model(Set.of(), refuse("a", "b"))),
                List.of(model(Set.of(), refuse("a, b")), model(Set.of(), refuse("a", "b"))),
                List.of(model(Set.of(), rename("a", "b")), model(Set.of(), refuse("a", "b"))));
    }

    @ParameterizedTest
    @MethodSource("differentModels")
    void differsForOtherUrlsAndParameters(List<Model> pair) {
        assertThat(CatalogVersion.of(List.of(pair.getFirst())))
                .isNotEqualTo(CatalogVersion.of(List.of(pair.getLast())));
    }

    @Test
    void ignoresTheOrderOfUrlsAndParameters() {
        Map<String, String> renamed = new LinkedHashMap<>(Map.of("a", "b"));
        renamed.put("c", "d");
        Map<String, String> reversed = new LinkedHashMap<>(Map.of("c", "d"));
        reversed.put("a", "b");
        Model one =
                model(
                        new LinkedHashSet<>(List.of(Endpoint.RESPONSES, Endpoint.COMPLETIONS)),
                        new ModelParameters(
                                renamed, new LinkedHashSet<>(List.of("e", "f")), Optional.empty()));
        Model other =
                model(
                        new LinkedHashSet<>(List.of(Endpoint.COMPLETIONS, Endpoint.RESPONSES)),
                        new ModelParameters(
                                reversed,
                                new LinkedHashSet<>(List.of("f", "e")),
                                Optional.empty()));

        assertThat(CatalogVersion.of(List.of(one))).isEqualTo(CatalogVersion.of(List.of(other)));
    }
}
