package dev.millrace.gateway.usage;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.store.fixture.TestDatabase;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** Compares the OpenAPI document with the routes; the other tests check answers against it. */
class DescriptionTest {
    @TempDir Path folder;

    @Test
    void describesEveryRouteWithItsParameters() throws Exception {
        try (var api = RunningApi.withKeys(TestDatabase.sqlite(folder))) {
            Map<String, Set<String>> routes = new HashMap<>();
            api.routes()
                    .forEach(
                            it ->
                                    routes.put(
                                            it.toRoute().method().text() + " /" + it.template(),
                                            it.parameters()));

            assertThat(described()).isEqualTo(routes);
        }
    }

    private static Map<String, Set<String>> described() {
        Map<String, Set<String>> paths = new HashMap<>();
        RunningApi.description()
                .path("paths")
                .forEachEntry(
                        (path, item) -> {
                            assertThat(item.propertyNames()).hasSize(1);
                            item.forEachEntry(
                                    (method, operation) ->
                                            paths.put(
                                                    method.toUpperCase(Locale.ROOT) + " " + path,
                                                    queryParameters(operation)));
                        });
        return paths;
    }

    private static Set<String> queryParameters(JsonNode operation) {
        var names = new HashSet<String>();
        for (JsonNode parameter : operation.path("parameters")) {
            if (parameter.path("in").asString().equals("query")) {
                names.add(parameter.path("name").asString());
            }
        }
        return names;
    }

    @Test
    void isServed() throws Exception {
        try (var api = RunningApi.withKeys(TestDatabase.sqlite(folder))) {
            assertThat(api.jsonAs(RunningApi.ACME_KEY, "/openapi.json"))
                    .isEqualTo(RunningApi.description());
        }
    }

    @Test
    void describesLinesOfResults() {
        String line = new String(StoredBatches.line("default", "b", 1), UTF_8);

        assertThat(RunningApi.problems(line, "#/components/schemas/Result")).isEmpty();
    }
}
