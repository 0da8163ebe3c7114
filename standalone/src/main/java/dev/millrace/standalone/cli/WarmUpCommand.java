package dev.millrace.standalone.cli;

import dev.millrace.standalone.console.ExitCode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;

/**
 * {@code millrace warm-up}: performs two runs in a temporary folder, from which the launcher
 * creates the start-up cache of the JVM.
 */
@Command(name = "warm-up", hidden = true)
final class WarmUpCommand implements Callable<Integer> {
    private static final int LINES = 400;
    private static final String[] MODELS = {
        "auto", "gpt-4.1-turbo", "claude-sonnet-4.5", "unknown"
    };

    private WarmUpCommand() {}

    @Override
    public Integer call() throws IOException {
        Path folder = Files.createTempDirectory("millrace-warm-up");
        try {
            Path input = Files.write(folder.resolve("warm-up.jsonl"), lines());
            String[] run = {
                "run",
                "--simulate",
                "--data-dir",
                folder.resolve("data").toString(),
                "--output",
                folder.resolve("results.jsonl").toString(),
                input.toString()
            };
            Commands.execute(run);
            return Commands.execute(run) == ExitCode.SOME_FAILED ? ExitCode.OK : ExitCode.FAILURE;
        } finally {
            delete(folder);
        }
    }

    private static List<String> lines() {
        var lines = new ArrayList<String>();
        for (int i = 0; i < LINES; i++) {
            lines.add(
                    """
                    {"custom_id":"line-%d","method":"POST","url":"/v1/chat/completions",\
                    "body":{"model":"%s","max_tokens":40,"messages":[{"role":"user",\
                    "content":"Where is parcel number %d, and why is it late?"}]}}"""
                            .formatted(i, MODELS[i % MODELS.length], i));
        }
        lines.add("not a line");
        return lines;
    }

    private static void delete(Path folder) throws IOException {
        try (var paths = Files.walk(folder)) {
            for (Path path : paths.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(path);
            }
        }
    }
}
