package dev.millrace.standalone.cli;

import picocli.CommandLine.IVersionProvider;

/** Reads the version of this build from the manifest of its jar. */
final class VersionProvider implements IVersionProvider {
    private VersionProvider() {}

    @Override
    public String[] getVersion() {
        var built = VersionProvider.class.getPackage().getImplementationVersion();
        return new String[] {"millrace " + (built == null ? "(not from a jar)" : built)};
    }
}
