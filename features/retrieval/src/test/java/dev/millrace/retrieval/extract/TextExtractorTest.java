package dev.millrace.retrieval.extract;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_16;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.retrieval.extract.Extraction.Extracted;
import dev.millrace.retrieval.extract.Extraction.Refused;
import java.io.IOException;
import java.io.InputStream;
import java.util.Objects;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

class TextExtractorTest {
    private static final TextExtractor EXTRACTOR = new TextExtractor();

    @AfterAll
    static void close() {
        EXTRACTOR.close();
    }

    private static Extraction extract(String name, String text) {
        return EXTRACTOR.extract(name, text.getBytes(UTF_8));
    }

    private static Extraction extractResource(String name) throws IOException {
        try (InputStream file = TextExtractorTest.class.getResourceAsStream("/documents/" + name)) {
            return EXTRACTOR.extract(name, Objects.requireNonNull(file).readAllBytes());
        }
    }

    @Nested
    class Text {
        @Test
        void isTakenAsItIs() {
            assertThat(extract("a.txt", "Überall Straßen.\n\nEnde."))
                    .isEqualTo(new Extracted("text/plain", "Überall Straßen.\n\nEnde."));
        }

        @Test
        void losesByteOrderMarkAndTrailingSpace() {
            assertThat(extract("a.txt", "\uFEFFone  \r\ntwo\r\n\r\n\r\n\r\nthree\r\n"))
                    .isEqualTo(new Extracted("text/plain", "one\ntwo\n\nthree"));
        }

        @Test
        void mayBeInAnotherEncoding() {
            String text = "Die Rückgabe ist für alle Käufer möglich, außer für Bücher. ".repeat(5);

            assertThat(EXTRACTOR.extract("a.txt", text.getBytes(ISO_8859_1)))
                    .isEqualTo(new Extracted("text/plain", text.strip()));
            assertThat(EXTRACTOR.extract("a.txt", text.getBytes(UTF_16)))
                    .isEqualTo(new Extracted("text/plain", text.strip()));
        }

        @Test
        void mayHaveVeryLongRunsOfSpaces() {
            String text = "a" + " ".repeat(TextExtractor.MAX_CHARS - 2) + "b";

            assertThat(extract("a.txt", text)).isEqualTo(new Extracted("text/plain", text));
        }

        @Test
        void keepsTheMarksOfMarkdown() {
            assertThat(extract("guide.md", "# Refunds\n\nWithin *five* days."))
                    .isEqualTo(new Extracted("text/markdown", "# Refunds\n\nWithin *five* days."));
        }
    }

    @Nested
    class Html {
        private static final String PAGE =
                "<!DOCTYPE html><html><head><title>T</title><style>p{color:red}</style></head><body>"
                        + "<p>First &amp; last.</p><script>var hidden;</script><p>Second.</p></body>"
                        + "</html>";

        @Test
        void mayBeNestedDeeply() {
            assertThat(extract("page.html", "<html><body>" + "<div>".repeat(50_000) + "deep"))
                    .isInstanceOf(Extraction.class);
        }

        @Test
        void givesItsVisibleText() {
            assertThat(extract("page.html", PAGE))
                    .isInstanceOfSatisfying(
                            Extracted.class,
                            it ->
                                    assertThat(it.text())
                                            .contains("First & last.")
                                            .contains("Second.")
                                            .doesNotContain("hidden", "color", "<"));
        }

        @Test
        void isRecognizedWithoutItsName() {
            assertThat(extract("page", PAGE))
                    .isInstanceOfSatisfying(
                            Extracted.class,
                            it -> assertThat(it.mediaType()).isEqualTo("text/html"));
        }
    }

    @Nested
    class Pdf {
        @Test
        void givesTheTextOfAllPages() throws IOException {
            assertThat(extractResource("two-pages.pdf"))
                    .isInstanceOfSatisfying(
                            Extracted.class,
                            it ->
                                    assertThat(it.text())
                                            .contains("Refunds are paid within five working days.")
                                            .contains("The warranty lasts two years."));
        }

        @Test
        void isReadIfOnlyChangesNeedAPassword() throws IOException {
            assertThat(extractResource("owner-password.pdf"))
                    .isEqualTo(extractResource("two-pages.pdf"));
        }

        @Test
        void isRefusedIfReadingNeedsAPassword() throws IOException {
            assertThat(extractResource("password.pdf"))
                    .isEqualTo(
                            new Refused(
                                    "is encrypted with a password; remove the password from the"
                                            + " document"));
        }

        @Test
        void isRefusedIfItIsBroken() throws IOException {
            assertThat(extractResource("truncated.pdf")).isInstanceOf(Refused.class);
            assertThat(extract("a.pdf", "%PDF-1.7\nnothing"))
                    .isEqualTo(new Refused("is broken, and cannot be read as application/pdf"));
        }

        @Test
        void isRefusedIfItHasNoText() throws IOException {
            assertThat(extractResource("no-text.pdf"))
                    .isEqualTo(new Refused("has no text; pages that are pictures are not read"));
        }
    }

    @Nested
    class Others {
        @Test
        void areRefusedWithTheirType() {
            assertThat(EXTRACTOR.extract("a.zip", new byte[] {'P', 'K', 3, 4, 20, 0, 0, 0}))
                    .isEqualTo(
                            new Refused(
                                    "is application/zip; only text, Markdown, HTML and PDF are"
                                            + " supported"));
        }

        @Test
        void areRefusedIfEmptyOrBlank() {
            assertThat(extract("a.txt", "")).isEqualTo(new Refused("is empty"));
            assertThat(extract("a.txt", " \n\t\n ")).isEqualTo(new Refused("has no text"));
        }

        @Test
        void areRefusedIfTheyAreNoText() {
            var bytes = new byte[1000];
            bytes[500] = 'x';

            assertThat(EXTRACTOR.extract("a.txt", bytes)).isInstanceOf(Refused.class);
        }

        @Test
        void areRefusedIfTheyAreTooLong() {
            assertThat(extract("a.txt", "x ".repeat(TextExtractor.MAX_CHARS)))
                    .isEqualTo(
                            new Refused("has more than 2,000,000 characters of text; divide it"));
            assertThat(
                            extract(
                                    "a.html",
                                    "<html><body><p>"
                                            + "x ".repeat(TextExtractor.MAX_CHARS)
                                            + "</p></body></html>"))
                    .isEqualTo(
                            new Refused("has more than 2,000,000 characters of text; divide it"));
        }
    }
}
