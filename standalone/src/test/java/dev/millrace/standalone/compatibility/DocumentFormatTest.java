package dev.millrace.standalone.compatibility;

import static dev.millrace.standalone.compatibility.ExampleJobs.TENANT;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.retrieval.document.DocumentCodec;
import dev.millrace.retrieval.document.DocumentKey;
import dev.millrace.retrieval.document.DocumentKey.CollectionId;
import dev.millrace.retrieval.document.StoredDocument;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** The values of {@code millrace.documents}, which programs of users write too. */
class DocumentFormatTest extends FormatContract<StoredDocument> {
    private static final DocumentKey KEY =
            new DocumentKey(new CollectionId(TENANT + "/50%", "handbook"), "docs/returns – ü.md");

    @Override
    String file() {
        return "documents.txt";
    }

    @Override
    Map<String, StoredDocument> content() {
        var content = new LinkedHashMap<String, StoredDocument>();
        content.put(
                "with everything",
                new StoredDocument(
                        "Returns",
                        "https://example.com/returns",
                        Map.of("lang", "en", "team", "ü"),
                        "Goods can be sent back within 30 days.\n\n\"New\" – 🚚"));
        content.put("text alone", new StoredDocument(null, null, Map.of(), "Goods"));
        return content;
    }

    @Override
    String write(StoredDocument document) {
        return new String(DocumentCodec.toJson(document), UTF_8);
    }

    @Override
    StoredDocument read(String text) {
        return DocumentCodec.parse(text.getBytes(UTF_8));
    }

    @Override
    String ofALaterVersion(String text) {
        return withLaterKey(text);
    }

    @Test
    void theKeyNamesTenantCollectionAndDocument() {
        byte[] bytes = "acme%2F50%25/handbook/docs/returns – ü.md".getBytes(UTF_8);

        assertThat(KEY.bytes()).isEqualTo(bytes);
        assertThat(DocumentKey.parse(bytes)).hasValue(KEY);
    }
}
