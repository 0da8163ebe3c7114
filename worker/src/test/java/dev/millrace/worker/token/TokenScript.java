package dev.millrace.worker.token;

import dev.millrace.configuration.Secret;
import dev.millrace.configuration.TokenCommand;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** A program in a temporary folder that prints a token, and counts its runs. */
public final class TokenScript {
    private final Path file;
    private final Path runs;

    public TokenScript(Path folder, String name) {
        this.file = folder.resolve(name + ".sh");
        this.runs = folder.resolve(name + ".runs");
    }

    /**
     * Replaces the program by other shell commands; {@code $n} is the number of the run, from 1.
     */
    public TokenScript doing(String commands) throws IOException {
        Path next = file.resolveSibling(file.getFileName() + ".next");
        Files.writeString(
                next,
                """
                #!/bin/sh
                echo run >> '%1$s'
                n=$(grep -c . '%1$s')
                %2$s
                """
                        .formatted(runs, commands));
        Files.setPosixFilePermissions(next, PosixFilePermissions.fromString("rwx------"));
        // A program cannot be started while it is written.
        Files.move(next, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        return this;
    }

    /** Returns how often the program was started. */
    public int runs() throws IOException {
        return Files.exists(runs) ? Files.readAllLines(runs).size() : 0;
    }

    /** Returns the element of {@code keys} that runs the program. */
    public String yaml(String... arguments) {
        return "{ command: [ \"%s\" ], refresh: 50m }"
                .formatted(String.join("\", \"", words(arguments)));
    }

    TokenCommand command(String... arguments) {
        return new TokenCommand(
                words(arguments).stream().map(Secret::of).toList(), Optional.empty());
    }

    private List<String> words(String... arguments) {
        return Stream.concat(Stream.of(file.toString()), Stream.of(arguments)).toList();
    }
}
