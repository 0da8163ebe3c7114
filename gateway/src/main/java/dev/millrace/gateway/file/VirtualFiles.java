package dev.millrace.gateway.file;

import java.io.IOException;
import java.io.OutputStream;
import java.util.Optional;

/** Files that nobody has uploaded and that are not stored, such as the outputs of batches. */
public interface VirtualFiles {
    /** No files. */
    VirtualFiles NONE = (_, _) -> Optional.empty();

    /** Returns a file of a tenant; empty if the tenant has no such file, whatever the text. */
    Optional<VirtualFile> find(String tenant, String id) throws IOException;

    /** A file that is made when it is read. */
    interface VirtualFile {
        /** Returns what is known of the file. May take as long as reading it. */
        FileRecord record() throws IOException;

        /** Writes the content. After an exception, bytes are missing. */
        void writeTo(OutputStream out) throws IOException;
    }
}
