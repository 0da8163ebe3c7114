package dev.millrace.standalone.access;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.contracts.config.loading.ConfigLoader;
import dev.millrace.contracts.rights.Right;
import dev.millrace.contracts.rights.Role;
import dev.millrace.contracts.rights.RoleRights;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Collectors;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Compares the table of rights in the documentation with the rights that are checked. */
class SecurityPageTest {
    private static final Path PAGE = Path.of("..", "docs", "security.md");

    @ParameterizedTest
    @EnumSource(Role.class)
    void pageHasTheRightsOfTheRole(Role role) throws IOException {
        String rows =
                RoleRights.of(role, ConfigLoader.defaults()).stream()
                        .map(SecurityPageTest::row)
                        .collect(Collectors.joining());

        assertThat(Files.readString(PAGE))
                .contains(
                        """
                        ### %s

                        | resource | operations | why |
                        |---|---|---|
                        %s
                        """
                                .formatted(role.word(), rows));
    }

    private static String row(Right right) {
        return "| %s `%s` | %s | %s%s |\n"
                .formatted(
                        right.kindWord(),
                        RightsText.name(right),
                        String.join(", ", right.operationWords()),
                        right.purpose(),
                        right.isRequired() ? "" : " (optional)");
    }
}
