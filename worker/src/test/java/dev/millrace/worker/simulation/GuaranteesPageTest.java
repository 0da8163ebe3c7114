package dev.millrace.worker.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Checks that the tests and invariants named in {@code docs/guarantees.md} exist. */
class GuaranteesPageTest {
    private static final Path ROOT = Path.of("..");
    private static final Pattern TEST = Pattern.compile("`(\\w+(?:Test|IT))(?:\\.(\\w+))?`");
    private static final Pattern INVARIANT = Pattern.compile("`([A-Z_]{4,})`");

    private final String guarantees = read(ROOT.resolve("docs/guarantees.md"));

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Map<String, Path> tests() throws IOException {
        try (Stream<Path> modules = Files.walk(ROOT, 2)) {
            return modules.map(module -> module.resolve("src/test/java"))
                    .filter(Files::isDirectory)
                    .flatMap(GuaranteesPageTest::tests)
                    .collect(
                            Collectors.toMap(
                                    file -> file.getFileName().toString().replace(".java", ""),
                                    file -> file,
                                    (one, _) -> one));
        }
    }

    private static Stream<Path> tests(Path folder) {
        try (Stream<Path> files = Files.walk(folder)) {
            return files
                    .filter(file -> file.toString().matches(".*(Test|IT)\\.java"))
                    .toList()
                    .stream();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    void pageNamesExistingTests() throws IOException {
        Map<String, Path> tests = tests();
        var named = TEST.matcher(guarantees).results().toList();

        assertThat(named).hasSizeGreaterThan(20);
        assertThat(named)
                .allSatisfy(
                        test -> {
                            assertThat(tests).containsKey(test.group(1));
                            assertThat(read(tests.getOrDefault(test.group(1), ROOT)))
                                    .contains(declaration(test));
                        });
    }

    private static String declaration(MatchResult test) {
        String name = test.group(2) == null ? test.group(1) : test.group(2);
        return Character.isUpperCase(name.charAt(0)) ? "class " + name + " " : "void " + name + "(";
    }

    /** A failure is broken if, and only if, it has a test that fails once it is held. */
    @Test
    void eachPublicFailureIsHeldOrBroken() {
        var rows =
                guarantees
                        .substring(guarantees.indexOf("## Public failures"))
                        .lines()
                        .filter(it -> it.startsWith("| ") && !it.startsWith("| failure "))
                        .toList();

        assertThat(rows)
                .hasSizeGreaterThan(20)
                .allMatch(it -> TEST.matcher(it).find())
                .allMatch(it -> it.endsWith(it.contains(".Broken`") ? "| broken |" : "| held |"));
    }

    @Test
    void pageNamesExactlyTheInvariants() {
        Set<String> named =
                INVARIANT
                        .matcher(guarantees)
                        .results()
                        .map(match -> match.group(1))
                        .collect(Collectors.toSet());

        assertThat(named)
                .containsExactlyInAnyOrderElementsOf(
                        Arrays.stream(Invariant.values()).map(Enum::name).toList());
    }
}
