package dev.millrace.standalone.retry;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.producer.ParsedLine;
import dev.millrace.results.BatchKey;
import dev.millrace.results.ResultStore;
import dev.millrace.standalone.retry.FailedLines.Found;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FailedLinesTest {
    @TempDir private Path folder;

    private static String line(long number) {
        return """
        {"custom_id":"job-%d","method":"POST","url":"/v1/chat/completions","body":{"model":"m","messages":[]}}
        """
                .formatted(number);
    }

    private Path file(long lines) throws Exception {
        return Files.writeString(
                folder.resolve("b.jsonl"),
                LongStream.rangeClosed(1, lines)
                        .mapToObj(FailedLinesTest::line)
                        .collect(Collectors.joining()));
    }

    /** Passes the numbers of the lines to publish to the list. */
    private Found find(StoredBatch stored, Path file, List<Long> numbers) throws Exception {
        return find(stored, List.of(file), false, numbers);
    }

    private Found find(
            StoredBatch stored, List<Path> files, boolean withCorrected, List<Long> numbers)
            throws Exception {
        try (ResultStore store = ResultStore.open(stored.storeIn(folder))) {
            return new FailedLines(store, BatchKey.of("b"), "again", null, 1 << 20)
                    .read(
                            files,
                            withCorrected,
                            (ParsedLine it) -> numbers.add(it.source().number()));
        }
    }

    @Test
    void onlyFailedJobsArePublished() throws Exception {
        var stored =
                new StoredBatch()
                        .result("b", 1, null)
                        .result("b", 2, "timeout")
                        .result("b", 3, null)
                        .result("other", 3, "timeout");
        var numbers = new ArrayList<Long>();

        assertThat(find(stored, file(4), numbers)).isEqualTo(new Found(1, 0, 0, 1, 0));
        assertThat(numbers).containsExactly(2L);
    }

    @Test
    void lineThatMayRunIsNotPublishedAlthoughALineHadADeadLetter() throws Exception {
        var stored =
                new StoredBatch()
                        .deadLetter("b", 1, "malformed_request")
                        .deadLetter("b", 2, "duplicate");
        var numbers = new ArrayList<Long>();

        assertThat(find(stored, file(3), numbers)).isEqualTo(new Found(0, 0, 0, 2, 1));
        assertThat(numbers).isEmpty();
    }

    @Test
    void correctedDeadLetterIsPublishedOnRequestButARepeatIsNot() throws Exception {
        var stored =
                new StoredBatch()
                        .deadLetter("b", 1, "malformed_request")
                        .deadLetter("b", 2, "duplicate");
        var numbers = new ArrayList<Long>();

        assertThat(find(stored, List.of(file(2)), true, numbers))
                .isEqualTo(new Found(0, 1, 0, 0, 0));
        assertThat(numbers).containsExactly(1L);
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void deadLetterOfOneFileDoesNotPublishTheLineOfAnother(boolean withCorrected) throws Exception {
        var stored = new StoredBatch().deadLetter("b", 1, "malformed_request");
        Path invalid = Files.writeString(folder.resolve("a.jsonl"), "{}\n");
        var numbers = new ArrayList<Long>();

        Found found = find(stored, List.of(invalid, file(1)), withCorrected, numbers);
        assertThat(found.unfinished()).isEqualTo(1);
        assertThat(numbers).isEmpty();
    }

    @Test
    void jobWithAResultInTheNewBatchIsNotPublishedAgain() throws Exception {
        var stored =
                new StoredBatch()
                        .result("b", 1, "timeout")
                        .result("b", 2, "timeout")
                        .result("again", 1, null);
        var numbers = new ArrayList<Long>();

        Found found = find(stored, file(2), numbers);
        assertThat(found).isEqualTo(new Found(2, 0, 1, 0, 0));
        assertThat(found.toPublish()).isEqualTo(1);
        assertThat(numbers).containsExactly(2L);
    }

    @Test
    void linesOfOtherTenantsAreLeftOut() throws Exception {
        Path file =
                Files.writeString(
                        folder.resolve("b.jsonl"),
                        line(1).replace(
                                        "\"method\"",
                                        "\"millrace\":{\"tenant\":\"acme\"},\"method\""));
        var numbers = new ArrayList<Long>();

        assertThat(find(new StoredBatch().result("b", 1, "timeout"), file, numbers))
                .isEqualTo(new Found(0, 0, 0, 0, 0));
        assertThat(numbers).isEmpty();
    }
}
