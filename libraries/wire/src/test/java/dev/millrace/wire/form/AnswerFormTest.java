package dev.millrace.wire.form;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.contracts.job.Endpoint;
import dev.millrace.wire.json.JsonTree;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.JsonNode;

class AnswerFormTest {
    /** Without one of these parts, withheld answers are cached, and parts of documents fail. */
    @ParameterizedTest
    @EnumSource
    void everyEndpointHasEachPart(Endpoint endpoint) {
        var form = AnswerForm.of(endpoint);

        assertThat(form.content()).isNotEmpty();
        assertThat(List.of(form.texts(), form.ends(), form.withheld()))
                .allSatisfy(it -> assertThat(it.isEmpty()).isNotEqualTo(endpoint.generates()));
        assertThat(form.vector().isEmpty()).isEqualTo(endpoint.generates());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            textBlock =
                    """
                    {'data':[{'embedding':[1]},{'embedding':[2]}]}                      | [[1],[2]]
                    {'data':[{'index':1,'embedding':[1]},{'index':0,'embedding':[2]}]}  | [[2],[1]]
                    {'data':[{'index':1,'embedding':[1]},{'index':1,'embedding':[2]}]}  |
                    {'data':[{'index':2,'embedding':[1]},{'index':1,'embedding':[2]}]}  |
                    {'data':[{'embedding':[1]}]}                                        |
                    {}                                                                  |
                    """)
    void vectorsHaveTheOrderOfTheTexts(String body, @Nullable String vectors) {
        JsonNode answer = JsonTree.parse(body.replace('\'', '"')).orElseThrow();

        Optional<List<JsonNode>> found = AnswerForm.of(Endpoint.EMBEDDINGS).vectors(answer, 2);
        assertThat(found.map(it -> it.toString().replace(" ", "")))
                .isEqualTo(Optional.ofNullable(vectors));
    }

    /** Reads the sources of all modules. */
    @Nested
    class OtherModules {
        private static final Path ROOT = Path.of("..", "..");

        /**
         * Speak the protocol, read answers independently to check them, or read formats that have
         * the same words: price lists, and logs of other programs.
         */
        private static final Pattern EXCEPTIONS =
                Pattern.compile(
                        "/libraries/wire/|/testing/(?:simulator|bench)/"
                                + "|/features/price-lists/|/standalone/audit/log/");

        /** Parts of paths in answers that other formats have, too. */
        private static final Set<String> COMMON_WORDS =
                Set.of("", "content", "data", "message", "output", "status", "text");

        /** A text that is, or ends with, a path in an answer. Excludes the names of metrics. */
        private static final Pattern PATH =
                Pattern.compile(
                        "\"(?!millrace\\.)(?:[^\"\\s]*[./])?(?:%s)(?:[./][^\"\\s]*)?\\\\?\""
                                .formatted(wordsOfAnswers()));

        private static String wordsOfAnswers() {
            return Arrays.stream(Endpoint.values())
                    .map(AnswerForm::of)
                    .flatMap(
                            it ->
                                    Stream.of(
                                            it.texts(),
                                            it.ends(),
                                            it.withheld(),
                                            Set.of(it.vector())))
                    .flatMap(Set::stream)
                    .flatMap(it -> Stream.of(it.split("\\.")))
                    .filter(it -> !COMMON_WORDS.contains(it))
                    .distinct()
                    .collect(Collectors.joining("|"));
        }

        static List<Path> modules() throws IOException {
            try (Stream<Path> folders =
                    Files.find(ROOT, 2, (it, _) -> Files.isDirectory(sources(it)))) {
                return folders.toList();
            }
        }

        private static Path sources(Path module) {
            return module.resolve(Path.of("src", "main", "java"));
        }

        @ParameterizedTest
        @MethodSource("modules")
        void useTheFormInsteadOfPathsOfTheirOwn(Path module) throws IOException {
            try (Stream<Path> files = Files.walk(sources(module))) {
                assertThat(files.filter(it -> it.toString().endsWith(".java")))
                        .filteredOn(it -> !EXCEPTIONS.matcher(it.toString()).find())
                        .allSatisfy(it -> assertThat(paths(it)).isEmpty());
            }
        }

        private static List<String> paths(Path file) throws IOException {
            return PATH.matcher(Files.readString(file)).results().map(MatchResult::group).toList();
        }
    }
}
