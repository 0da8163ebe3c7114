package dev.millrace.retrieval.extract;

import java.io.IOException;
import java.util.List;
import org.apache.tika.exception.EncryptedDocumentException;
import org.apache.tika.exception.TikaException;
import org.apache.tika.exception.WriteLimitReachedException;
import org.apache.tika.io.TikaInputStream;
import org.apache.tika.metadata.Metadata;
import org.apache.tika.mime.MediaType;
import org.apache.tika.mime.MediaTypeRegistry;
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
 * Parses a document with Apache Tika. A document decides how much memory and time that takes,
 * except for plain text.
 */
final class TikaParser {
    private final Parser parser =
            new CompositeParser(
                    MediaTypeRegistry.getDefaultRegistry(),
                    List.of(new TXTParser(), new JSoupParser(), new PDFParser()));

    static boolean isPdf(MediaType type) {
        return type.equals(MediaType.application("pdf"));
    }

    static boolean isHtml(MediaType type) {
        return type.equals(MediaType.TEXT_HTML) || type.equals(MediaType.application("xhtml+xml"));
    }

    /**
     * Returns the text of a document, or why there is none.
     *
     * @param type PDF, HTML, or else a kind of plain text
     */
    Extraction parse(MediaType type, byte[] document) {
        var metadata = new Metadata();
        metadata.set(
                Metadata.CONTENT_TYPE,
                isPdf(type) || isHtml(type) ? type.toString() : MediaType.TEXT_PLAIN.toString());
        var context = new ParseContext();
        var pdf = new PDFParserConfig();
        pdf.setOcrStrategy(PDFParserConfig.OCR_STRATEGY.NO_OCR);
        context.set(PDFParserConfig.class, pdf);
        var text = new BodyContentHandler(TextExtractor.MAX_CHARS);
        try (var stream = TikaInputStream.get(document)) {
            parser.parse(stream, text, metadata, context);
            return PlainText.extraction(type, text.toString());
        } catch (EncryptedDocumentException _) {
            return new Extraction.Refused(
                    "is encrypted with a password; remove the password from the document");
        } catch (SAXException | TikaException | IOException e) {
            return WriteLimitReachedException.isWriteLimitReached(e)
                    ? PlainText.tooLong()
                    : broken(type);
        }
    }

    static Extraction broken(MediaType type) {
        return new Extraction.Refused("is broken, and cannot be read as " + type);
    }
}
