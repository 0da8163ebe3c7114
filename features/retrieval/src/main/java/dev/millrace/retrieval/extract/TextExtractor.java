package dev.millrace.retrieval.extract;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.util.Optional;
import org.apache.tika.io.TikaInputStream;
import org.apache.tika.metadata.Metadata;
import org.apache.tika.metadata.TikaCoreProperties;
import org.apache.tika.mime.MediaType;
import org.apache.tika.mime.MimeTypes;

/**
 * Extracts the text of documents. The content decides the type of a document; its name decides
 * where the content does not. Attachments and pictures are ignored.
 *
 * <p>Text and Markdown are read in this process. A child process parses HTML and PDF, so that no
 * document can exhaust the memory or the time of this process. The child starts with the first such
 * document. Used by one thread.
 */
public final class TextExtractor implements AutoCloseable {
    /** Largest document, in bytes. */
    public static final int MAX_BYTES = 64 << 20;

    /** Longest text of a document, in characters (UTF-16). */
    public static final int MAX_CHARS = 2_000_000;

    private final MimeTypes types = MimeTypes.getDefaultMimeTypes();
    private final ParserProcess parserProcess;

    /** Creates an extractor, which takes about 0.2 s for the first one of a process. */
    public TextExtractor() {
        this(ParserLimits.DEFAULT);
    }

    TextExtractor(ParserLimits limits) {
        parserProcess = new ParserProcess(limits);
    }

    /**
     * Returns the text of a document, or why there is none.
     *
     * @param name of the file; its ending can reveal the type of the document
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
        if (isFormatted(type)) {
            return parserProcess.parse(type, document);
        }
        if (!type.getType().equals("text")) {
            return new Extraction.Refused("is " + type + "; only " + PlainText.SUPPORTED);
        }
        return utf8(document)
                .map(it -> PlainText.extraction(type, it))
                .orElseGet(() -> new TikaParser().parse(type, document));
    }

    /** Ends the child process, if there is one. */
    @Override
    public void close() {
        parserProcess.close();
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

    private static boolean isFormatted(MediaType type) {
        return TikaParser.isPdf(type) || TikaParser.isHtml(type);
    }

    /**
     * Returns the text of a document that is valid UTF-8; detection is unreliable for short texts.
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
}
