package dev.millrace.retrieval.extract;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import org.apache.tika.mime.MediaType;

/**
 * Messages between {@link ParserProcess} and {@link ParserMain}: a document each way, its text
 * back.
 */
final class ParserMessages {
    /** First byte of the process, before any document. */
    static final int READY = 1;

    private ParserMessages() {}

    static void writeDocument(DataOutputStream output, MediaType type, byte[] document)
            throws IOException {
        writeText(output, type.toString());
        writeBytes(output, document);
        output.flush();
    }

    static void writeExtraction(DataOutputStream output, Extraction extraction) throws IOException {
        switch (extraction) {
            case Extraction.Extracted(String mediaType, String text) -> {
                output.writeBoolean(true);
                writeText(output, mediaType);
                writeText(output, text);
            }
            case Extraction.Refused(String reason) -> {
                output.writeBoolean(false);
                writeText(output, reason);
            }
        }
        output.flush();
    }

    static Extraction readExtraction(DataInputStream input) throws IOException {
        return input.readBoolean()
                ? new Extraction.Extracted(readText(input), readText(input))
                : new Extraction.Refused(readText(input));
    }

    static String readText(DataInputStream input) throws IOException {
        return new String(readBytes(input), UTF_8);
    }

    static byte[] readBytes(DataInputStream input) throws IOException {
        byte[] bytes = new byte[input.readInt()];
        input.readFully(bytes);
        return bytes;
    }

    private static void writeText(DataOutputStream output, String text) throws IOException {
        writeBytes(output, text.getBytes(UTF_8));
    }

    private static void writeBytes(DataOutputStream output, byte[] bytes) throws IOException {
        output.writeInt(bytes.length);
        output.write(bytes);
    }
}
