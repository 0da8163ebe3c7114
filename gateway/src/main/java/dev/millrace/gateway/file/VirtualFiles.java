package dev.millrace.gateway.file;

import java.io.IOException;
import java.io.OutputStream;
import java.util.Optional;

/** Files that were never uploaded and are not stored, such as the outputs of batches. */
public interface VirtualFiles {
    /** No files. */
    VirtualFiles NONE = (_, _) -> Optional.empty();

    /** Returns a file of a tenant; empty if the tenant has no such file, for any text as id. */
    Optional<VirtualFile> find(String tenant, String id) throws IOException;

    /** A file whose content is created when it is read. */
    interface VirtualFile {
        /** Returns the metadata of the file. Can take as long as reading the file. */
        FileRecord record() throws IOException;

        /** Writes the content. After an exception, bytes are missing. */
        void writeTo(OutputStream out) throws IOException;
    }
}
