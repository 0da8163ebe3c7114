package dev.millrace.standalone.launcher;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** A process with exactly the given environment variables. */
record Started(Process process, Path output, Path errors) {
    /** The exit code and the output of a finished process. */
    record Finished(int exitCode, String output, String errors) {}

    static Started start(
            Map<String, String> environment, Path currentFolder, Path command, String... arguments)
            throws IOException {
        var line = new ArrayList<>(List.of(command.toString()));
        line.addAll(List.of(arguments));
        var output = Files.createTempFile("launcher", ".out");
        var errors = Files.createTempFile("launcher", ".err");
        var builder =
                new ProcessBuilder(line)
                        .directory(currentFolder.toFile())
                        .redirectOutput(output.toFile())
                        .redirectError(errors.toFile());
        builder.environment().clear();
        builder.environment().putAll(environment);
        return new Started(builder.start(), output, errors);
    }

    Finished await() throws IOException {
        var exitCode = process.onExit().join().exitValue();
        var finished = new Finished(exitCode, Files.readString(output), Files.readString(errors));
        Files.delete(output);
        Files.delete(errors);
        return finished;
    }
}
