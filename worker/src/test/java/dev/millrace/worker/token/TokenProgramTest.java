package dev.millrace.worker.token;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.configuration.Secret;
import dev.millrace.configuration.TokenCommand;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** Real programs that print a token or fail. */
@DisabledOnOs(value = OS.WINDOWS, disabledReason = "the programs are shell scripts")
class TokenProgramTest {
    private static final Duration LONG = Duration.ofMinutes(5);

    @TempDir private Path folder;

    private PrintedToken run(String commands, String... arguments) throws IOException {
        return run(LONG, commands, arguments);
    }

    private PrintedToken run(Duration longest, String commands, String... arguments)
            throws IOException {
        TokenCommand command = new TokenScript(folder, "token").doing(commands).command(arguments);
        return TokenProgram.run(command, longest, Instant.EPOCH);
    }

    private String problem(String commands, String... arguments) throws IOException {
        return ((PrintedToken.Problem) run(commands, arguments)).message();
    }

    private static PrintedToken token(String text) {
        return new PrintedToken.Token(Secret.of(text), Optional.empty());
    }

    @Test
    void argumentsReachTheProgramWithoutAShell() throws IOException {
        assertThat(run("printf '%s-%s-%s\\n' \"$#\" \"$1\" \"$2\"", "$(id)", "*;echo"))
                .isEqualTo(token("2-$(id)-*;echo"));
    }

    @Test
    void inputIsEmptyAndErrorOutputIgnored() throws IOException {
        assertThat(run("cat; echo warning >&2; echo token")).isEqualTo(token("token"));
    }

    @Test
    void longOutputDoesNotBlockTheProgram() throws IOException {
        assertThat(problem("dd if=/dev/zero bs=1024 count=300 2>&1 >&2 | cat >&2; echo two words"))
                .startsWith("must print the token alone");
    }

    @Test
    void exitCodeAndFirstLineOfTheErrorAreNamed() throws IOException {
        assertThat(
                        problem(
                                "echo token-4711; printf '\\n\\033[31mnot logged in\\nmore\\n' >&2; exit 3"))
                .isEqualTo("has failed (exit code 3): ***[31mnot logged in");
        assertThat(problem("exit 1")).isEqualTo("has failed (exit code 1)");
        assertThat(problem("echo nothing here >&2"))
                .isEqualTo("has printed no token (exit code 0): nothing here");
    }

    @Test
    void longErrorIsCut() throws IOException {
        assertThat(
                        problem(
                                "i=0; while [ $i -lt 99 ]; do printf 'word ' >&2; i=$((i+1)); done; exit 1"))
                .hasSize("has failed (exit code 1): ".length() + 200);
    }

    @Test
    void secretsInTheErrorAreMasked() throws IOException {
        assertThat(
                        problem(
                                "echo \"refused: $2, eyJhbGciOiJSUzI1NiJ9abc of print-access-token\" >&2; exit 1",
                                "--secret",
                                "hunter-4711"))
                .isEqualTo("has failed (exit code 1): refused: ***, *** of print-access-token");
    }

    @Test
    void programThatDoesNotEndIsKilled() throws IOException {
        assertThat(run(Duration.ofMillis(200), "exec tail -f /dev/null"))
                .isEqualTo(new PrintedToken.Problem("has not ended after 0 s"));
    }

    @Test
    void childThatKeepsTheOutputOpenIsNotAwaited() throws IOException {
        assertThat(
                        run(
                                "while [ -e '%s' ]; do sleep 1; done & echo token"
                                        .formatted(folder.resolve("token.runs"))))
                .isEqualTo(token("token"));
    }

    @Test
    void missingProgramIsNamed() {
        var command =
                new TokenCommand(
                        List.of(Secret.of(folder.resolve("none").toString())), Optional.empty());

        assertThat(TokenProgram.run(command, LONG, Instant.EPOCH))
                .isEqualTo(
                        new PrintedToken.Problem(
                                "cannot be started; install the program, or name it with its whole path"));
    }
}
