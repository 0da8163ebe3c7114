package dev.millrace.gateway.results;

import dev.millrace.results.ResultLines;
import dev.millrace.results.StoredResult;
import dev.millrace.store.database.DatabaseException;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;

/** The results of a batch as JSON Lines. Holds its connection until it is closed. */
final class ResultInput extends InputStream {
    private final ResultLines lines;
    private final Connections.Export export;
    private byte[] line = new byte[0];
    private int next;

    ResultInput(ResultLines lines, Connections.Export export) {
        this.lines = lines;
        this.export = export;
    }

    @Override
    public int read() throws IOException {
        return hasBytes() ? line[next++] & 0xff : -1;
    }

    @Override
    public int read(byte[] target, int offset, int length) throws IOException {
        if (length == 0) {
            return 0;
        }
        if (!hasBytes()) {
            return -1;
        }
        int count = Math.min(length, line.length - next);
        System.arraycopy(line, next, target, offset, count);
        next += count;
        return count;
    }

    private boolean hasBytes() throws ResultsUnavailableException {
        if (next < line.length) {
            return true;
        }
        try {
            StoredResult result = lines.next();
            if (result == null) {
                return false;
            }
            line = Arrays.copyOf(result.value(), result.value().length + 1);
            line[line.length - 1] = '\n';
            next = 0;
            return true;
        } catch (DatabaseException e) {
            throw ResultsUnavailableException.of(e);
        }
    }

    @Override
    public void close() {
        export.close();
    }
}
