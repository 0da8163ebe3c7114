package dev.millrace.contracts.job;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Reads the sources of all modules: they use the form, not their own paths. */
class AnswerFormTest {
    private static final Path ROOT = Path.of("..", "..");

    /**
     * Define the forms, speak the protocol (towards clients, too), translate, read answers
     * independently to check them, or read formats that have the same words: price lists, and logs
     * of other programs.
     */
    private static final Pattern EXCEPTIONS =
            Pattern.compile(
                    "/job/Endpoint\\.java|/libraries/wire/|/gateway/stream/form/"
                            + "|/testing/(?:simulator|bench)/|/standalone/audit/log/"
                            + "|/features/(?:price-lists|translation)/");

    /** Parts of paths in answers that other formats have, too. */
    private static final Set<String> COMMON_WORDS =
            Set.of("", "content", "data", "message", "output", "status", "text");

    /** A text that is, or ends with, a path in an answer. Excludes the names of metrics. */
    private static final Pattern PATH =
            Pattern.compile(
                    "\"(?!millrace\\.)(?:[^\"\\s]*[./])?(?:%s)(?:[./][^\"\\s]*)?\\\\?\""
                            .formatted(wordsOfAnswers()));

    private static String wordsOfAnswers() {
        return Endpoints.SHIPPED.all().stream()
                .map(Endpoint::answer)
                .flatMap(it -> Stream.of(it.texts(), it.ends(), it.withheld(), Set.of(it.vector())))
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
    void otherCodeHasNoPathOfAnAnswer(Path module) throws IOException {
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
