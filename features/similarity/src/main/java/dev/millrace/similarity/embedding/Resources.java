package dev.millrace.similarity.embedding;

import java.io.InputStream;

/** Opens the files of the model, which are on the class path. */
final class Resources {
    private Resources() {}

    static InputStream open(String path) {
        InputStream file = Resources.class.getResourceAsStream(path);
        if (file == null) {
            throw new IllegalStateException(path + " is not on the class path");
        }
        return file;
    }
}
