package dev.millrace.standalone.monitoring;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Checks the boards for Grafana. */
class BoardsTest {
    private static final Path FOLDER = MetricsPage.ROOT.resolve(Path.of("deploy", "grafana"));

    /** The oldest version of the format that Grafana 10 writes. */
    private static final int OLDEST_SCHEMA = 38;

    private static final int COLUMNS = 24;
    private static final String DATA_SOURCE = "${datasource}";
    private static final Pattern VARIABLE = Pattern.compile("\\$([a-z]\\w*)");

    static List<Path> boards() throws IOException {
        try (Stream<Path> files = Files.list(FOLDER)) {
            return files.filter(it -> it.toString().endsWith(".json")).sorted().toList();
        }
    }

    private static JsonNode read(Path board) {
        return new JsonMapper().readTree(MetricsPage.read(board));
    }

    private static List<String> texts(JsonNode board, String path, String field) {
        return board.at(path).valueStream().map(it -> it.path(field).asString("")).toList();
    }

    @Test
    void boardsHaveIdsOfTheirOwn() throws IOException {
        List<String> ids = boards().stream().map(it -> read(it).path("uid").asString("")).toList();
        assertThat(ids)
                .contains(
                        "millrace-pipeline",
                        "millrace-worker",
                        "millrace-cost",
                        "millrace-gateway");
        assertThat(ids).doesNotHaveDuplicates();
    }

    @ParameterizedTest
    @MethodSource("boards")
    void headIsComplete(Path file) {
        JsonNode board = read(file);
        assertThat(board.path("title").asString("")).startsWith("Millrace: ");
        assertThat(board.path("description").asString("")).isNotEmpty();
        assertThat(board.path("schemaVersion").asInt(0)).isGreaterThanOrEqualTo(OLDEST_SCHEMA);
        assertThat(board.has("id")).isFalse();
        assertThat(texts(board, "/templating/list", "name")).startsWith("datasource");
    }

    @ParameterizedTest
    @MethodSource("boards")
    void everyPanelIsComplete(Path file) {
        JsonNode board = read(file);
        assertThat(texts(board, "/panels", "title")).doesNotHaveDuplicates().doesNotContain("");
        assertThat(texts(board, "/panels", "id")).doesNotHaveDuplicates();
        board.path("panels")
                .valueStream()
                .forEach(
                        panel -> {
                            String title = panel.path("title").asString("");
                            assertThat(panel.path("description").asString(""))
                                    .as(title)
                                    .endsWith(".");
                            assertThat(panel.at("/datasource/uid").asString(""))
                                    .as(title)
                                    .isEqualTo(DATA_SOURCE);
                            assertThat(panel.at("/fieldConfig/defaults/unit").asString(""))
                                    .as(title)
                                    .isNotEmpty();
                            assertThat(texts(panel, "/targets", "expr"))
                                    .as(title)
                                    .isNotEmpty()
                                    .doesNotContain("");
                            assertThat(texts(panel, "/targets", "refId"))
                                    .as(title)
                                    .doesNotHaveDuplicates();
                        });
    }

    @ParameterizedTest
    @MethodSource("boards")
    void panelsDoNotOverlap(Path file) {
        Set<String> taken = new HashSet<>();
        read(file)
                .path("panels")
                .valueStream()
                .forEach(
                        panel -> {
                            JsonNode at = panel.path("gridPos");
                            int x = at.path("x").asInt();
                            int y = at.path("y").asInt();
                            int width = at.path("w").asInt();
                            int height = at.path("h").asInt();
                            assertThat(x).isNotNegative();
                            assertThat(x + width).isLessThanOrEqualTo(COLUMNS);
                            assertThat(width * height).isPositive();
                            for (int cell = 0; cell < width * height; cell++) {
                                assertThat(taken.add((x + cell % width) + "," + (y + cell / width)))
                                        .as(panel.path("title").asString(""))
                                        .isTrue();
                            }
                        });
    }

    @ParameterizedTest
    @MethodSource("boards")
    void expressionsNameWhatExists(Path file) {
        JsonNode board = read(file);
        var known = new Expressions(MetricsPage.metrics().values(), RulesTest.records());
        List<String> variables = texts(board, "/templating/list", "name");
        Stream.concat(
                        texts(board, "/templating/list", "definition").stream(),
                        board.path("panels")
                                .valueStream()
                                .flatMap(it -> texts(it, "/targets", "expr").stream()))
                .forEach(
                        expression -> {
                            assertThat(known.unknown(expression)).as(expression).isEmpty();
                            assertThat(variables)
                                    .as(expression)
                                    .containsAll(
                                            VARIABLE.matcher(expression)
                                                    .results()
                                                    .map(it -> it.group(1))
                                                    .toList());
                        });
    }
}
