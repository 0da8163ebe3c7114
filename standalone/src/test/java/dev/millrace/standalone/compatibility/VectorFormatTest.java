package dev.millrace.standalone.compatibility;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.retrieval.vector.VectorCodec;
import dev.millrace.retrieval.vector.VectorEntry;
import dev.millrace.retrieval.vector.VectorEntry.Failure;
import dev.millrace.retrieval.vector.VectorEntry.Piece;
import dev.millrace.retrieval.vector.VectorEntry.Progress;
import dev.millrace.retrieval.vector.VectorSpace;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/**
 * Tests the values of {@code millrace.vectors}, in hexadecimal digits. Paid vectors must stay
 * readable.
 */
class VectorFormatTest extends FormatContract<VectorFormatTest.Content> {
    private static final VectorSpace SPACE = new VectorSpace("0123456789abcdef");
    private static final byte[] DOCUMENT = "acme/handbook/returns.md".getBytes(UTF_8);

    /** A record, with vectors that can be compared. */
    record Content(String kind, long document, List<Object> values) {
        static Content of(VectorEntry entry) {
            return switch (entry) {
                case Piece it ->
                        new Content(
                                "piece",
                                it.document(),
                                List.of(
                                        it.number(),
                                        it.pieces(),
                                        it.vectors().stream()
                                                .map(vector -> List.of(vector[0], vector[1]))
                                                .toList()));
                case Failure(long document, String code, String message) ->
                        new Content("failure", document, List.of(code, message));
                case Progress(long document) -> new Content("progress", document, List.of());
            };
        }
    }

    private static final Map<String, VectorEntry> ENTRIES =
            Map.of(
                    "piece",
                    new Piece(7, 1, 3, List.of(new float[] {0.6f, 0.8f}, new float[] {1, 0})),
                    "failure",
                    new Failure(8, "budget_exceeded", "the budget of acme is spent – ü"),
                    "progress",
                    new Progress(9));

    @Override
    String file() {
        return "vectors.txt";
    }

    @Override
    Map<String, Content> content() {
        var content = new LinkedHashMap<String, Content>();
        for (String kind : List.of("piece", "failure", "progress")) {
            content.put(kind, Content.of(entry(kind)));
        }
        return content;
    }

    private static VectorEntry entry(String kind) {
        return ENTRIES.getOrDefault(kind, new Progress(0));
    }

    @Override
    String write(Content content) {
        return HexFormat.of().formatHex(VectorCodec.bytes(entry(content.kind())));
    }

    @Override
    Content read(String text) {
        byte[] key = VectorCodec.key(SPACE, 0, DOCUMENT);
        return Content.of(
                VectorCodec.parse(SPACE, key, HexFormat.of().parseHex(text)).orElseThrow());
    }

    /** A later version gives its records another space, which this one ignores. */
    @Override
    String ofALaterVersion(String text) {
        return text;
    }

    @Test
    void aRecordOfALaterVersionIsIgnored() {
        byte[] value = VectorCodec.bytes(new Progress(9));
        value[0] = 2;

        assertThat(VectorCodec.parse(SPACE, VectorCodec.progressKey(SPACE), value)).isEmpty();
    }

    @Test
    void theKeyNamesSpacePieceAndDocument() {
        assertThat(VectorCodec.key(SPACE, 3, DOCUMENT))
                .isEqualTo("0123456789abcdef/3/acme/handbook/returns.md".getBytes(UTF_8));
        assertThat(VectorCodec.progressKey(SPACE))
                .isEqualTo("0123456789abcdef/progress".getBytes(UTF_8));
    }
}
