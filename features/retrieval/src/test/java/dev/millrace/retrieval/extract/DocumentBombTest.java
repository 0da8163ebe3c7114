package dev.millrace.retrieval.extract;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.retrieval.extract.Extraction.Extracted;
import dev.millrace.retrieval.extract.Extraction.Refused;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.time.Duration;
import java.util.zip.Deflater;
import java.util.zip.DeflaterOutputStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Small documents that take much memory or time do not harm the reading process. */
@Tag("slow")
class DocumentBombTest {
    private static final int HEAP_MIB = 64;

    private static final Refused OUT_OF_MEMORY =
            new Refused(
                    "takes more than 64 MiB of memory to be read as application/pdf; divide it, or"
                            + " save it as text");

    /** The header of a PDF, so that objects are found by reading the whole file. */
    private static final String PDF =
            """
            %PDF-1.7
            1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj
            2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj
            3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 612 792]/Contents 4 0 R\
            /Resources<</Font<</F1 5 0 R>>>>>>endobj
            5 0 obj<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>endobj
            """;

    private static byte[] pdf(String dictionary, byte[] stream) throws IOException {
        var pdf = new ByteArrayOutputStream();
        pdf.write(PDF.getBytes(ISO_8859_1));
        pdf.write(
                "4 0 obj<<%s/Length %d/Filter/FlateDecode>>stream\n"
                        .formatted(dictionary, stream.length)
                        .getBytes(ISO_8859_1));
        pdf.write(stream);
        pdf.write("\nendstream endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n".getBytes(ISO_8859_1));
        return pdf.toByteArray();
    }

    /** Returns a stream that expands to a number of MiB of repeated text. */
    private static byte[] deflated(int mib, String text) throws IOException {
        byte[] block = text.repeat((1 << 20) / text.length() + 1).getBytes(ISO_8859_1);
        var compressed = new ByteArrayOutputStream();
        try (var stream = new DeflaterOutputStream(compressed, new Deflater(Deflater.BEST_SPEED))) {
            for (int i = 0; i < mib; i++) {
                stream.write(block);
            }
        }
        return compressed.toByteArray();
    }

    private static TextExtractor extractor() {
        return new TextExtractor(new ParserLimits(Duration.ofMinutes(10), HEAP_MIB));
    }

    private static void assertReadsOthers(TextExtractor extractor) {
        assertThat(extractor.extract("good.html", "<html><body><p>Good".getBytes(UTF_8)))
                .isEqualTo(new Extracted("text/html", "Good"));
    }

    @Test
    void aPdfWithObjectsThatExpandToAGigabyteRunsOutOfMemory() throws IOException {
        byte[] bomb = pdf("/Type/ObjStm/N 1/First 4", deflated(1024, "6 0 " + " ".repeat(1000)));

        try (var extractor = extractor()) {
            assertThat(extractor.extract("bomb.pdf", bomb)).isEqualTo(OUT_OF_MEMORY);
            assertReadsOthers(extractor);
        }
    }

    @Test
    void aPdfWithAPageThatExpandsToAGigabyteRunsOutOfTime() throws IOException {
        byte[] bomb = pdf("", deflated(1024, "BT /F1 12 Tf (abc) Tj ET\n"));

        try (var extractor = new TextExtractor(new ParserLimits(Duration.ofMillis(10), 512))) {
            assertThat(extractor.extract("bomb.pdf", bomb))
                    .isEqualTo(
                            new Refused(
                                    "takes more than 0 seconds to be read as application/pdf;"
                                            + " divide it, or save it as text"));
        }
    }

    @Test
    void aPdfOfNestedObjectsIsRefused() {
        byte[] bomb = ("%PDF-1.7\n1 0 obj" + "<</A".repeat(1_000_000)).getBytes(ISO_8859_1);

        try (var extractor = extractor()) {
            assertThat(extractor.extract("bomb.pdf", bomb)).isInstanceOf(Refused.class);
            assertReadsOthers(extractor);
        }
    }

    @Test
    void aPageOfMillionsOfElementsRunsOutOfMemory() {
        byte[] bomb = ("<html><body>" + "<p>a".repeat(4_000_000)).getBytes(UTF_8);

        try (var extractor = extractor()) {
            assertThat(extractor.extract("bomb.html", bomb))
                    .isEqualTo(
                            new Refused(
                                    "takes more than 64 MiB of memory to be read as text/html;"
                                            + " divide it, or save it as text"));
            assertReadsOthers(extractor);
        }
    }

    @Test
    void aPageThatIsTooLargeIsNotParsed() {
        byte[] page = new byte[200_000_000];

        try (var extractor = extractor()) {
            assertThat(extractor.extract("bomb.html", page))
                    .isEqualTo(
                            new Refused("has 200,000,000 bytes; at most 67,108,864 are allowed"));
        }
    }

    /** No JVM starts with a heap of 1 MiB. */
    @Test
    void textNeedsNoOtherProcess() {
        try (var extractor = new TextExtractor(new ParserLimits(Duration.ofMinutes(10), 1))) {
            assertThat(extractor.extract("a.md", "# Text".getBytes(UTF_8)))
                    .isEqualTo(new Extracted("text/markdown", "# Text"));
            assertThat(extractor.extract("a.html", "<html><p>Text".getBytes(UTF_8)))
                    .isEqualTo(
                            new Refused(
                                    "was not read: the process that reads text/html does not"
                                            + " start: it ended with exit code 1"));
        }
    }
}
