package dev.millrace.standalone.architecture;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Compares the modules in {@code docs/architecture.md} with the dependencies that are allowed. */
class ModulesPageTest {
    private static final Path PAGE = Path.of("..", "docs", "architecture.md");
    private static final Pattern NAME = Pattern.compile("`([a-z-]+)`");

    /** What uses nearly everything, or is used by tests only, has no list of names. */
    @ParameterizedTest
    @EnumSource(
            mode = EnumSource.Mode.EXCLUDE,
            names = {"STANDALONE", "TEST_CLUSTERS", "TEST_WAITS"})
    void aRowNamesWhatItsModulesMayUse(Module module) throws IOException {
        List<String> rows =
                Files.readAllLines(PAGE).stream()
                        .filter(it -> it.startsWith("| [`"))
                        .filter(it -> it.contains("[`" + module.title() + "`](../"))
                        .toList();

        assertThat(rows).hasSize(1);
        assertThat(NAME.matcher(rows.getFirst().split("\\|", -1)[2]).results())
                .map(it -> it.group(1))
                .containsExactlyInAnyOrderElementsOf(
                        module.mayUse().stream()
                                .filter(it -> it != module)
                                .map(Module::title)
                                .toList());
    }
}
