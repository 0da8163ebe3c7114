package dev.millrace.gateway.file;

import dev.millrace.gateway.store.StorageException;
import dev.millrace.gateway.store.TenantFolder;
import java.util.Set;

/** Finds the files that accepted batches have yet to read and that must not be deleted. */
@FunctionalInterface
public interface NeededFiles {
    /** No files. */
    NeededFiles NONE = _ -> Set.of();

    /** Returns the ids of files of a tenant that are still needed. */
    Set<String> of(TenantFolder tenant) throws StorageException;
}
