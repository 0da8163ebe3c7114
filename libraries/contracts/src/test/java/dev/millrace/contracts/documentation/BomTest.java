package dev.millrace.contracts.documentation;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** Compares the BOM, which has no parent, with the artifacts of the modules. */
class BomTest {
    private static final Path ROOT = Path.of("..", "..");
    private static final Path BOM = Path.of("libraries", "bom", "pom.xml");
    private static final Path EXAMPLE = Path.of("examples", "java17", "pom.xml");

    /** Of the artifacts of Millrace, only that of a module itself has its version in the pom. */
    private static final Pattern VERSION =
            Pattern.compile(
                    "<artifactId>millrace-(?:parent|bom)</artifactId>\\s*<version>([^<$]+)<");

    private static final Pattern EXAMPLE_VERSION =
            Pattern.compile("<millrace.version>([^<]+)</millrace.version>");
    private static final Pattern ARTIFACT = Pattern.compile("<artifactId>(millrace-[^<]+)<");
    private static final Pattern OWN = Pattern.compile("(?m)^  <artifactId>([^<]+)<");

    private static String text(Path pom) throws IOException {
        return Files.readString(ROOT.resolve(pom));
    }

    private static List<String> found(Pattern pattern, String text) {
        return pattern.matcher(text).results().map(it -> it.group(1)).toList();
    }

    @Test
    void hasEachArtifactForJava17AndTheTestkit() throws IOException {
        var expected = new TreeSet<String>();
        expected.add("millrace-bom");
        expected.add("millrace-testkit");
        for (MavenModule module : MavenModule.all()) {
            String pom = Files.readString(module.path().resolve("pom.xml"));
            if (pom.contains("<maven.compiler.release>17<")) {
                expected.addAll(found(OWN, pom));
            }
        }

        assertThat(found(ARTIFACT, text(BOM))).containsExactlyInAnyOrderElementsOf(expected);
    }

    @Test
    void hasTheVersionOfTheProject() throws IOException {
        List<String> version = found(VERSION, text(Path.of("pom.xml")));

        assertThat(version).hasSize(1);
        assertThat(found(VERSION, text(BOM))).isEqualTo(version);
        assertThat(found(EXAMPLE_VERSION, text(EXAMPLE))).isEqualTo(version);
    }
}
