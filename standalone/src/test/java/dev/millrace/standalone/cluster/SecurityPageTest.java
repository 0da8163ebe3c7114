package dev.millrace.standalone.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Compares the roles in {@code docs/security.md} with the roles that have rights. */
class SecurityPageTest {
    private static final Path PAGE = Path.of("..", "docs", "security.md");

    @ParameterizedTest
    @EnumSource(Role.class)
    void pageExplainsTheRole(Role role) throws IOException {
        assertThat(Files.readAllLines(PAGE))
                .anyMatch(line -> line.startsWith("| `" + role.word() + "` |"));
    }
}
