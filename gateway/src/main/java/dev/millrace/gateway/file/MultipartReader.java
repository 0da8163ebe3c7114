package dev.millrace.gateway.file;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.Locale;
import java.util.Map;
import org.apache.commons.fileupload2.core.FileUploadException;
import org.apache.commons.fileupload2.core.MultipartInput;
import org.apache.commons.fileupload2.core.MultipartInput.MalformedStreamException;
import org.apache.commons.fileupload2.core.ParameterParser;
import org.jspecify.annotations.Nullable;

/**
 * Reads the parts of a {@code multipart/form-data} request one after another, in constant memory
 * (RFC 7578). Rejects a request that ends before its last boundary, so that a truncated file is
 * never accepted. Used by one thread.
 */
final class MultipartReader {
    private static final int BUFFER_BYTES = 64 * 1024;
    private static final int MAX_HEADER_BYTES = 4 * 1024;
    private static final int MAX_BOUNDARY_CHARS = 70;
    private static final int MAX_PARTS = 16;
    private static final String DISPOSITION = "content-disposition:";

    private final MultipartInput input;
    private int parts;
    private boolean isAtEnd;

    /**
     * One part.
     *
     * @param filename null if the part is not a file
     * @param content can be read until the next part is requested
     */
    record Part(String name, @Nullable String filename, InputStream content) {}

    private MultipartReader(MultipartInput input) {
        this.input = input;
    }

    /**
     * @param contentType null if the request has none
     * @throws RefusedUploadException if the type is another one or has no boundary
     */
    static MultipartReader of(@Nullable String contentType, InputStream body) throws IOException {
        String type = contentType == null ? "" : contentType;
        if (!type.toLowerCase(Locale.ROOT).startsWith("multipart/form-data")) {
            throw RefusedUploadException.invalid(
                    null, "the request must have the Content-Type multipart/form-data");
        }
        String boundary = parameters(type).get("boundary");
        if (boundary == null || boundary.isEmpty() || boundary.length() > MAX_BOUNDARY_CHARS) {
            throw RefusedUploadException.invalid(
                    null,
                    "the Content-Type must have a boundary of 1 to "
                            + MAX_BOUNDARY_CHARS
                            + " characters");
        }
        MultipartInput input =
                MultipartInput.builder()
                        .setInputStream(body)
                        .setBufferSize(BUFFER_BYTES)
                        .setBoundary(boundary.getBytes(ISO_8859_1))
                        .setMaxPartHeaderSize(MAX_HEADER_BYTES)
                        .get();
        input.setHeaderCharset(UTF_8);
        return new MultipartReader(input);
    }

    /** Returns the next part; null after the last one. Skips the rest of the previous part. */
    @Nullable Part next() throws IOException {
        try {
            return isAtEnd ? null : read();
        } catch (MalformedStreamException e) {
            throw truncated();
        } catch (FileUploadException e) {
            throw malformed("the headers of a part have more than " + MAX_HEADER_BYTES + " bytes");
        }
    }

    private @Nullable Part read() throws IOException {
        boolean hasNext = parts == 0 ? input.skipPreamble() : skipAndFindNext();
        if (!hasNext) {
            isAtEnd = true;
            if (parts == 0) {
                throw malformed("it has no part with the boundary of its Content-Type");
            }
            return null;
        }
        parts++;
        if (parts > MAX_PARTS) {
            throw malformed("it has more than " + MAX_PARTS + " parts");
        }
        return part(input.readHeaders());
    }

    private boolean skipAndFindNext() throws IOException {
        var _ = input.discardBodyData();
        return input.readBoundary();
    }

    private Part part(String headers) throws RefusedUploadException {
        for (String header : headers.split("\r\n", -1)) {
            if (header.toLowerCase(Locale.ROOT).startsWith(DISPOSITION)) {
                Map<String, String> parameters = parameters(header.substring(DISPOSITION.length()));
                String name = parameters.get("name");
                if (name != null) {
                    return new Part(
                            name, parameters.get("filename"), new Content(input.newInputStream()));
                }
            }
        }
        throw malformed("a part has no Content-Disposition with a name");
    }

    private static Map<String, String> parameters(String header) throws RefusedUploadException {
        var parser = new ParameterParser();
        parser.setLowerCaseNames(true);
        try {
            return parser.parse(header, ';');
        } catch (IllegalArgumentException | IndexOutOfBoundsException e) {
            // The parser decodes names (RFC 2047 and 2231) without checking their characters.
            throw malformed("a header has a wrong encoding");
        }
    }

    private static RefusedUploadException truncated() {
        return malformed("it ends before its last boundary, or a part is not terminated");
    }

    private static RefusedUploadException malformed(String what) {
        return RefusedUploadException.invalid(null, "the multipart request is malformed: " + what);
    }

    /** The content of a part. */
    private static final class Content extends FilterInputStream {
        Content(InputStream in) {
            super(in);
        }

        @Override
        public int read() throws IOException {
            try {
                return super.read();
            } catch (MalformedStreamException e) {
                throw truncated();
            }
        }

        @Override
        public int read(byte[] buffer, int offset, int length) throws IOException {
            try {
                return super.read(buffer, offset, length);
            } catch (MalformedStreamException e) {
                throw truncated();
            }
        }
    }
}
