package dev.millrace.contracts.supply;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The recorded checksums, {@code .ci/checksums.sha256}, which CI compares artifacts with. */
class ChecksumsTest {
    @Test
    void everyChosenVersionOfAnArtifactHasAChecksum() throws Exception {
        List<String> lines =
                Files.readAllLines(Component.ROOT.resolve(".ci").resolve("checksums.sha256"));

        assertThat(Component.artifacts())
                .isNotEmpty()
                .allSatisfy(
                        it ->
                                assertThat(lines)
                                        .as("%s; .ci/checksums record writes it", it)
                                        .anyMatch(line -> isOf(it, line)));
    }

    private static boolean isOf(Component artifact, String line) {
        return line.contains("  " + artifact.name().replace('.', '/') + "/")
                && line.contains("/" + artifact.version() + "/");
    }
}
