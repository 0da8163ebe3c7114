package dev.millrace.gateway;

import dev.millrace.configuration.GatewayConfig;
import dev.millrace.configuration.StoreLocation;
import dev.millrace.gateway.store.DiskFileStore;
import dev.millrace.gateway.store.FileStore;
import dev.millrace.gateway.store.StorageException;
import dev.millrace.gateway.store.s3.S3FileStore;

/** Opens the store of files that is configured. */
public final class FileStores {
    private FileStores() {}

    /**
     * Opens a store, without creating or connecting anything. Classes that only a bucket needs are
     * not loaded for a folder.
     *
     * @throws StorageException if the settings of the bucket are incomplete; the message names the
     *     missing settings
     */
    public static FileStore open(StoreLocation location, GatewayConfig.S3 s3)
            throws StorageException {
        return switch (location) {
            case StoreLocation.Folder folder -> new DiskFileStore(folder.path());
            case StoreLocation.Bucket bucket -> S3FileStore.open(bucket, s3);
        };
    }

    /**
     * Opens and checks a store.
     *
     * @throws StorageException if the store cannot be used; the message names it and the reason
     */
    static FileStore openChecked(StoreLocation location, GatewayConfig.S3 s3)
            throws StorageException {
        FileStore store = open(location, s3);
        try {
            store.check();
            return store;
        } catch (StorageException e) {
            store.close();
            throw e;
        }
    }
}
