package dev.millrace.standalone.document;

import dev.millrace.retrieval.document.StoredDocument;
import dev.millrace.retrieval.extract.Extraction;
import dev.millrace.retrieval.extract.TextExtractor;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A file that becomes a document.
 *
 * @param path as the user has given it
 */
record DocumentFile(Path path) {
    private static final String HEADING = "# ";

    /** The result of reading the file. */
    sealed interface Reading {
        /** The file has text. */
        record Read(StoredDocument document) implements Reading {}

        /**
         * The file gives no document.
         *
         * @param reason continues a sentence that begins with the name of the file
         */
        record Refused(String reason) implements Reading {}
    }

    /** Returns the id of the document if none is given: the path, with slashes. */
    String id() {
        String id = path.toString().replace('\\', '/');
        return id.startsWith("./") ? id.substring(2) : id;
    }

    /**
     * Reads the file.
     *
     * @param title null for the first heading, else the name of the file
     */
    Reading read(TextExtractor extractor, @Nullable String title, Map<String, String> metadata) {
        try {
            if (Files.isDirectory(path)) {
                return new Reading.Refused(
                        "is a folder; name its files, such as " + path + "/*.md");
            }
            if (Files.size(path) > TextExtractor.MAX_BYTES) {
                return new Reading.Refused(
                        "has %,d bytes; at most %,d are allowed"
                                .formatted(Files.size(path), TextExtractor.MAX_BYTES));
            }
            String name = String.valueOf(path.getFileName());
            return switch (extractor.extract(name, Files.readAllBytes(path))) {
                case Extraction.Refused(String reason) -> new Reading.Refused(reason);
                case Extraction.Extracted(_, String text) ->
                        new Reading.Read(
                                new StoredDocument(
                                        title == null ? title(text, name) : title,
                                        cut(id(), StoredDocument.MAX_SOURCE_CHARS),
                                        metadata,
                                        text));
            };
        } catch (NoSuchFileException _) {
            return new Reading.Refused("does not exist");
        } catch (AccessDeniedException _) {
            return new Reading.Refused("cannot be read: permission denied");
        } catch (IOException e) {
            return new Reading.Refused("cannot be read: " + e.getMessage());
        }
    }

    private static String title(String text, String fileName) {
        String first = text.lines().findFirst().orElse("");
        String title =
                first.startsWith(HEADING) ? first.substring(HEADING.length()).strip() : fileName;
        return cut(title.isEmpty() ? fileName : title, StoredDocument.MAX_TITLE_CHARS);
    }

    private static String cut(String text, int maxChars) {
        return text.length() <= maxChars ? text : text.substring(0, maxChars);
    }
}
