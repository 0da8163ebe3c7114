package dev.millrace.producer;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class BatchFileReaderTest {
    private static final int LIMIT = 100;

    private static List<BatchLine> read(byte[] content, int limit) throws IOException {
        var lines = new ArrayList<BatchLine>();
        try (var reader = new BatchFileReader(new ByteArrayInputStream(content), limit)) {
            for (var line = reader.next(); line != null; line = reader.next()) {
                lines.add(line);
            }
        }
        return lines;
    }

    private static List<String> texts(String content) throws IOException {
        return read(content.getBytes(UTF_8), LIMIT).stream()
                .map(line -> line.number() + ":" + new String(line.bytes(), UTF_8))
                .toList();
    }

    @Test
    void anEmptyFileHasNoLines() throws IOException {
        assertThat(texts("")).isEmpty();
    }

    @Test
    void linesEndWithLineFeedsWithOrWithoutCarriageReturns() throws IOException {
        assertThat(texts("a\nb\r\nc")).containsExactly("1:a", "2:b", "3:c");
        assertThat(texts("a\r\n")).containsExactly("1:a");
    }

    @Test
    void blankLinesAreSkippedAndCounted() throws IOException {
        assertThat(texts("\n \t\na\n\r\n\nb\n\n")).containsExactly("3:a", "6:b");
    }

    @Test
    void aByteOrderMarkIsSkippedAtTheStartOnly() throws IOException {
        assertThat(texts("\uFEFFa\n\uFEFFb")).containsExactly("1:a", "2:\uFEFFb");
        assertThat(texts("\uFEFF\na")).containsExactly("2:a");
    }

    @Test
    void aLineOfExactlyTheLimitIsKeptWhole() throws IOException {
        String longest = "x".repeat(LIMIT);
        for (String content : List.of(longest, longest + "\r\n", "\uFEFF" + longest + "\r\n")) {
            var lines = read(content.getBytes(UTF_8), LIMIT);

            assertThat(lines).hasSize(1);
            assertThat(lines.getFirst().isOversize()).isFalse();
            assertThat(lines.getFirst().bytes()).hasSize(LIMIT);
        }
    }

    @Test
    void aLongerLineKeepsItsBeginningAndSize() throws IOException {
        int limit = 1_000_000;
        var lines = read(("x".repeat(limit + 1) + "\nnext").getBytes(UTF_8), limit);

        assertThat(lines).hasSize(2);
        assertThat(lines.getFirst().isOversize()).isTrue();
        assertThat(lines.getFirst().size()).isEqualTo(limit + 1L);
        assertThat(lines.getFirst().bytes()).hasSize(BatchFileReader.OVERSIZE_PREFIX_BYTES);
        assertThat(new String(lines.getLast().bytes(), UTF_8)).isEqualTo("next");
    }

    @Property
    void exactlyTheLinesOverTheLimitAreOversize(
            @ForAll @IntRange(min = 1, max = 20) int limit,
            @ForAll @IntRange(min = 1, max = 40) int size,
            @ForAll boolean mark,
            @ForAll boolean carriageReturn)
            throws IOException {
        String text =
                (mark ? "\uFEFF" : "") + "x".repeat(size) + (carriageReturn ? "\r\n" : "\n") + "y";

        var first = read(text.getBytes(UTF_8), limit).getFirst();

        assertThat(first.isOversize()).isEqualTo(size > limit);
    }

    @Property
    void everyLineIsReadUnchanged(@ForAll("contents") List<String> lines) throws IOException {
        byte[] content = String.join("\n", lines).getBytes(UTF_8);
        var expected = new ArrayList<String>();
        for (int i = 0; i < lines.size(); i++) {
            if (!lines.get(i).isBlank()) {
                expected.add(i + 1 + ":" + lines.get(i));
            }
        }

        var actual =
                read(content, 1_000_000).stream()
                        .map(line -> line.number() + ":" + new String(line.bytes(), UTF_8))
                        .toList();

        assertThat(actual).isEqualTo(expected);
    }

    @Provide
    Arbitrary<List<String>> contents() {
        return Arbitraries.strings()
                .withChars("ab é漢\u0000\t\"{}")
                .ofMaxLength(40)
                .map(text -> text.isBlank() ? "" : text)
                .list()
                .ofMaxSize(30);
    }
}
