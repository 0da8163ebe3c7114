package dev.millrace.producer.file;

import java.io.EOFException;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.zip.ZipException;

/** The decompressed content of a gzip file, of all its members. */
final class GzipContent extends FilterInputStream {
    private final String name;

    /**
     * @param name what messages call the file
     */
    GzipContent(String name, InputStream compressed) {
        super(new GzipInput(compressed));
        this.name = name;
    }

    private UnusableFileException damaged() {
        return new UnusableFileException(
                name,
                "is a gzip file that is damaged or cut off; check it with gzip -t, and compress or"
                        + " copy it again");
    }

    @Override
    public int read() throws IOException {
        try {
            return super.read();
        } catch (EOFException | ZipException e) {
            throw damaged();
        }
    }

    @Override
    public int read(byte[] buffer, int offset, int length) throws IOException {
        try {
            return super.read(buffer, offset, length);
        } catch (EOFException | ZipException e) {
            throw damaged();
        }
    }
}
