package dev.millrace.configuration;

import static dev.millrace.yaml.problem.Violation.require;

import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * A command that prints an API key that expires, such as an access token.
 *
 * @param command program and arguments, which can contain secrets
 * @param refresh time after which the command runs again, at least 10 s; earlier if the printed key
 *     expires before. Absent: {@link #DEFAULT_REFRESH}
 */
public record TokenCommand(List<Secret> command, Optional<Duration> refresh) implements Credential {
    /** Most access tokens are valid for an hour. */
    public static final Duration DEFAULT_REFRESH = Duration.ofMinutes(50);

    private static final Duration LEAST_REFRESH = Duration.ofSeconds(10);

    public TokenCommand {
        require(
                !command.isEmpty(),
                "command",
                "must list a program and its arguments, such as [ gcloud, auth, print-access-token ]");
        require(
                refresh.orElse(DEFAULT_REFRESH).compareTo(LEAST_REFRESH) >= 0,
                "refresh",
                "must be 10s or more");
        command = List.copyOf(command);
    }

    @Override
    public Optional<String> missing() {
        return command.stream().flatMap(it -> it.missing().stream()).findFirst();
    }
}
