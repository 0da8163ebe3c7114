package dev.millrace.standalone.architecture;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.EnumSource.Mode;

/** Tests that an endpoint or wire differs from others by its definition only. */
class ProtocolTest {
    private static final String CONSTANT = "\\b(?:Endpoint|Wire)\\.[A-Z_]+\\b";

    /** A comparison, which compiles silently without a new constant. */
    private static final Pattern DECISION =
            Pattern.compile(
                    "[=!]=\\s*%1$s|%1$s\\s*[=!]=|(?:equals|contains)\\(\\s*%1$s"
                            .formatted(CONSTANT));

    /** Excludes catalogs, which tell models of embeddings, and the simulator, a provider. */
    @ParameterizedTest
    @EnumSource(
            names = {"CONTRACTS", "SIMULATOR"},
            mode = Mode.EXCLUDE)
    void moduleAsksEndpointsAndWiresInsteadOfComparingThem(Module module) throws IOException {
        try (Stream<Path> files =
                Files.walk(Path.of("..", module.folder(), "src", "main", "java"))) {
            assertThat(files.filter(it -> it.toString().endsWith(".java")))
                    .allSatisfy(it -> assertThat(decisions(it)).isEmpty());
        }
    }

    private static List<String> decisions(Path file) throws IOException {
        return DECISION.matcher(Files.readString(file)).results().map(MatchResult::group).toList();
    }
}
