package dev.millrace.gateway;

import dev.millrace.configuration.GatewayConfig;
import dev.millrace.configuration.StoreLocation;
import dev.millrace.gateway.store.FileStore;
import dev.millrace.gateway.store.ObjectPath;
import dev.millrace.gateway.store.TenantFolder;
import java.nio.file.Path;

/** Stores a file in the folder of its argument, with the classes of a gateway. */
final class FolderProgram {
    private FolderProgram() {}

    public static void main(String[] args) throws Exception {
        Class.forName(Gateway.class.getName());
        try (FileStore store =
                FileStores.openChecked(
                        new StoreLocation.Folder(Path.of(args[0])), GatewayConfig.S3.DEFAULT)) {
            store.write(
                    new ObjectPath(TenantFolder.of("acme"), ObjectPath.Kind.FILES, "file"),
                    new byte[1]);
        }
    }
}
