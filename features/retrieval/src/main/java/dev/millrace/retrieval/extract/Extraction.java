package dev.millrace.retrieval.extract;

/** The result of extracting the text of a document. */
public sealed interface Extraction {
    /**
     * The text was extracted.
     *
     * @param mediaType such as {@code text/html}
     * @param text not blank; lines end with {@code \n}, paragraphs with an empty line
     */
    record Extracted(String mediaType, String text) implements Extraction {}

    /**
     * The document gives no text.
     *
     * @param reason continues a sentence that begins with the document's name, such as "is
     *     encrypted"
     */
    record Refused(String reason) implements Extraction {}
}
