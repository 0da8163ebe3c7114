package dev.millrace.configuration.examples;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.millrace.contracts.job.ParseResult;
import dev.millrace.contracts.job.RequestParser;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;

/** A file in {@code examples}, read from the source tree. */
record ExampleFile(List<Line> lines) {

    /**
     * @param number line number from 1
     */
    record Line(int number, String text) {
        ParseResult parsed() {
            return RequestParser.parse(text.getBytes(UTF_8));
        }
    }

    static ExampleFile of(String name) {
        try {
            // Tests run in the directory of their module.
            List<String> texts = Files.readAllLines(Path.of("..", "..", "examples", name));
            return new ExampleFile(
                    IntStream.range(0, texts.size())
                            .mapToObj(i -> new Line(i + 1, texts.get(i)))
                            .toList());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
