package dev.millrace.retrieval.extract;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import org.apache.tika.exception.EncryptedDocumentException;
import org.apache.tika.exception.TikaException;
import org.apache.tika.exception.WriteLimitReachedException;
import org.apache.tika.io.TikaInputStream;
import org.apache.tika.metadata.Metadata;
import org.apache.tika.metadata.TikaCoreProperties;
import org.apache.tika.mime.MediaType;
import org.apache.tika.mime.MediaTypeRegistry;
import org.apache.tika.mime.MimeTypes;
import org.apache.tika.parser.CompositeParser;
import org.apache.tika.parser.ParseContext;
import org.apache.tika.parser.Parser;
import org.apache.tika.parser.html.JSoupParser;
import org.apache.tika.parser.pdf.PDFParser;
import org.apache.tika.parser.pdf.PDFParserConfig;
import org.apache.tika.parser.txt.TXTParser;
import org.apache.tika.sax.BodyContentHandler;
import org.xml.sax.SAXException;

/**
 * Extracts the text of documents. The content decides what a document is, and its name where the
 * content does not tell. Attachments and pictures are ignored. Thread-safe.
 */
public final class TextExtractor {
    /** Largest document, in bytes. */
    public static final int MAX_BYTES = 64 << 20;

    /** Longest text of a document, in characters (UTF-16). */
    public static final int MAX_CHARS = 2_000_000;

    private static final String SUPPORTED = "text, Markdown, HTML and PDF are supported";
    private static final Pattern LINE_END = Pattern.compile("[\\h\\x0B\\f]*\\r?\\n|\\r");
    private static final Pattern BLANK_LINES = Pattern.compile("\\n{3,}");

    private static final long UNREADABLE_SHARE = 50;

    private final MimeTypes types = MimeTypes.getDefaultMimeTypes();
    private final Parser parser =
            new CompositeParser(
                    MediaTypeRegistry.getDefaultRegistry(),
                    List.of(new TXTParser(), new JSoupParser(), new PDFParser()));

    /** Creates an extractor, which takes about 0.2 s for the first one of a process. */
    public TextExtractor() {}

    /**
     * Returns the text of a document, or why there is none.
     *
     * @param name of the file; its ending may tell what the document is
     */
    public Extraction extract(String name, byte[] document) {
        if (document.length == 0) {
            return new Extraction.Refused("is empty");
        }
        if (document.length > MAX_BYTES) {
            return new Extraction.Refused(
                    "has %,d bytes; at most %,d are allowed".formatted(document.length, MAX_BYTES));
        }
        MediaType type = type(name, document);
        if (!isSupported(type)) {
            return new Extraction.Refused("is " + type + "; only " + SUPPORTED);
        }
        return parse(type, document);
    }

    private MediaType type(String name, byte[] document) {
        var metadata = new Metadata();
        metadata.set(TikaCoreProperties.RESOURCE_NAME_KEY, name);
        try (var stream = TikaInputStream.get(document)) {
            return types.detect(stream, metadata).getBaseType();
        } catch (IOException _) {
            // The document is in memory: it has no type that can be read.
            return MediaType.OCTET_STREAM;
        }
    }

    private static boolean isSupported(MediaType type) {
        return type.getType().equals("text") || isPdf(type) || isXhtml(type);
    }

    private static boolean isPdf(MediaType type) {
        return type.equals(MediaType.application("pdf"));
    }

    private static boolean isXhtml(MediaType type) {
        return type.equals(MediaType.application("xhtml+xml"));
    }

    private Extraction parse(MediaType type, byte[] document) {
        boolean isPlain = !isPdf(type) && !isXhtml(type) && !type.equals(MediaType.TEXT_HTML);
        Optional<String> decoded = isPlain ? utf8(document) : Optional.empty();
        if (decoded.isPresent()) {
            return checked(type, decoded.get());
        }
        var metadata = new Metadata();
        metadata.set(
                Metadata.CONTENT_TYPE, isPlain ? MediaType.TEXT_PLAIN.toString() : type.toString());
        var context = new ParseContext();
        var pdf = new PDFParserConfig();
        pdf.setOcrStrategy(PDFParserConfig.OCR_STRATEGY.NO_OCR);
        context.set(PDFParserConfig.class, pdf);
        var text = new BodyContentHandler(MAX_CHARS);
        try (var stream = TikaInputStream.get(document)) {
            parser.parse(stream, text, metadata, context);
            return checked(type, text.toString());
        } catch (EncryptedDocumentException _) {
            return new Extraction.Refused(
                    "is encrypted with a password; remove the password from the document");
        } catch (SAXException | TikaException | IOException e) {
            return WriteLimitReachedException.isWriteLimitReached(e)
                    ? tooLong()
                    : new Extraction.Refused("is broken, and cannot be read as " + type);
        }
    }

    /**
     * Returns the text of a document that is UTF-8, as short texts are not told from other codes.
     */
    private static Optional<String> utf8(byte[] document) {
        for (byte it : document) {
            if (it == 0) {
                // UTF-16, or no text at all.
                return Optional.empty();
            }
        }
        try {
            String text = UTF_8.newDecoder().decode(ByteBuffer.wrap(document)).toString();
            return Optional.of(text.startsWith("\uFEFF") ? text.substring(1) : text);
        } catch (CharacterCodingException _) {
            return Optional.empty();
        }
    }

    private static Extraction checked(MediaType type, String raw) {
        if (raw.length() > MAX_CHARS) {
            return tooLong();
        }
        if (!isReadable(raw)) {
            return new Extraction.Refused("is not text; only " + SUPPORTED);
        }
        // A half of a surrogate pair cannot be stored.
        String legal =
                UTF_8.newEncoder().canEncode(raw) ? raw : new String(raw.getBytes(UTF_8), UTF_8);
        String lines = LINE_END.matcher(legal).replaceAll("\n");
        String text = BLANK_LINES.matcher(lines).replaceAll("\n\n").strip();
        return text.isEmpty()
                ? new Extraction.Refused(
                        isPdf(type)
                                ? "has no text; pages that are pictures are not read"
                                : "has no text")
                : new Extraction.Extracted(type.toString(), text);
    }

    /** Returns false if more than one of 50 characters is a control character or undecodable. */
    private static boolean isReadable(String text) {
        long unreadable =
                text.chars()
                        .filter(
                                it ->
                                        it == '\uFFFD'
                                                || (Character.isISOControl(it)
                                                        && !Character.isWhitespace(it)))
                        .count();
        return UNREADABLE_SHARE * unreadable <= text.length();
    }

    private static Extraction tooLong() {
        return new Extraction.Refused(
                "has more than %,d characters of text; divide it".formatted(MAX_CHARS));
    }
}
