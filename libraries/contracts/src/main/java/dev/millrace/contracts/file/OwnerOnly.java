package dev.millrace.contracts.file;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.FileSystem;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;

/**
 * Creates files and folders for their owner only, so that other users of the machine cannot read
 * prompts and answers. A file system without POSIX permissions uses its defaults.
 */
public final class OwnerOnly {
    private static final String FOLDER = "rwx------";
    private static final String FILE = "rw-------";

    private OwnerOnly() {}

    /**
     * Creates a folder and its missing parents. A folder that exists keeps its permissions.
     *
     * @return the folder
     */
    public static Path createFolders(Path folder) throws IOException {
        // With attributes, createDirectories refuses an existing link to a folder.
        return Files.isDirectory(folder)
                ? folder
                : Files.createDirectories(folder, attributes(folder, FOLDER));
    }

    /**
     * Creates the folder of a file.
     *
     * @return the folder
     */
    public static Path createFolderOf(Path file) throws IOException {
        Path folder = file.toAbsolutePath().getParent();
        return createFolders(folder == null ? file : folder);
    }

    /** Creates an empty file unless it exists. */
    public static void createFile(Path file) throws IOException {
        if (Files.notExists(file)) {
            FileChannel.open(
                            file,
                            Set.of(StandardOpenOption.CREATE, StandardOpenOption.WRITE),
                            attributes(file, FILE))
                    .close();
        }
    }

    /** Opens a file. Creates the file if the options ask for it. */
    public static FileChannel open(Path file, Set<? extends OpenOption> options)
            throws IOException {
        return FileChannel.open(file, options, attributes(file, FILE));
    }

    /**
     * Takes the rights on a folder from everyone but its owner. Does nothing if the folder has
     * another owner, as a mounted folder can have: files and folders that this class creates inside
     * have their own permissions.
     */
    public static void restrict(Path folder) throws IOException {
        if (isPosix(folder.getFileSystem())) {
            try {
                Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString(FOLDER));
            } catch (FileSystemException e) {
                // Only the owner can change permissions.
            }
        }
    }

    private static FileAttribute<?>[] attributes(Path path, String permissions) {
        return isPosix(path.getFileSystem())
                ? new FileAttribute<?>[] {
                    PosixFilePermissions.asFileAttribute(
                            PosixFilePermissions.fromString(permissions))
                }
                : new FileAttribute<?>[0];
    }

    private static boolean isPosix(FileSystem system) {
        return system.supportedFileAttributeViews().contains("posix");
    }
}
