package dev.millrace.worker.prompt;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.millrace.worker.prompt.PromptCacheRule.Keys;
import dev.millrace.worker.prompt.PromptCacheRule.Marks;
import dev.millrace.worker.prompt.PromptFields.Breakpoint;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/** Reads {@code prompt-cache.tsv}. */
final class PromptCacheRules {
    private static final String FILE = "prompt-cache.tsv";
    private static final String NONE = "-";

    /** All rules, in the order of the file. */
    static final List<PromptCacheRule> ALL = lines().stream().map(PromptCacheRules::rule).toList();

    private PromptCacheRules() {}

    /** Returns the fields of each rule, in the order of the file's heading. */
    static List<List<String>> lines() {
        try (var in = PromptCacheRules.class.getResourceAsStream(FILE);
                var text = new InputStreamReader(Objects.requireNonNull(in, FILE), UTF_8);
                var reader = new BufferedReader(text)) {
            return reader.lines()
                    .filter(it -> !it.startsWith("#"))
                    .map(it -> List.of(it.split("\t", -1)))
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static PromptCacheRule rule(List<String> fields) {
        Optional<String> perMinute = value(fields, 7);
        return new PromptCacheRule(
                fields.get(0),
                fields.get(1).equals("*") ? List.of() : List.of(fields.get(1).split(",", -1)),
                Integer.parseInt(fields.get(2)),
                Duration.ofSeconds(Long.parseLong(fields.get(3))),
                breakEven(Double.parseDouble(fields.get(4)), Double.parseDouble(fields.get(5))),
                value(fields, 6).isPresent(),
                value(fields, 8)
                        .map(it -> new Keys(it, perMinute.map(Integer::parseInt).orElse(0))),
                value(fields, 9)
                        .map(
                                it ->
                                        new Marks(
                                                field(it),
                                                value(fields, 10).map(PromptCacheRules::field))));
    }

    /** One call writes and the others read: write + (calls - 1) × read is at most calls. */
    private static int breakEven(double write, double read) {
        return (int) Math.ceil((write - read) / (1 - read));
    }

    private static Optional<String> value(List<String> fields, int index) {
        return Optional.of(fields.get(index)).filter(it -> !it.equals(NONE));
    }

    /** Returns a field that is written as {@code name:value}. */
    private static Breakpoint field(String text) {
        int colon = text.indexOf(':');
        return new Breakpoint(text.substring(0, colon), text.substring(colon + 1));
    }
}
