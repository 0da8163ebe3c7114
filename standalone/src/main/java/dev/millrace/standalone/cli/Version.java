package dev.millrace.standalone.cli;

import picocli.CommandLine.IVersionProvider;

/** The version of this build, from the manifest of its jar. */
final class Version implements IVersionProvider {
    private Version() {}

    @Override
    public String[] getVersion() {
        var built = Version.class.getPackage().getImplementationVersion();
        return new String[] {"millrace " + (built == null ? "(not from a jar)" : built)};
    }
}
