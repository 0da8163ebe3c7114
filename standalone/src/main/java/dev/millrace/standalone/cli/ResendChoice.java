package dev.millrace.standalone.cli;

import picocli.CommandLine.Option;

/** Whether a worker takes up what it cannot know to be unfinished. */
final class ResendChoice {
    @Option(
            names = "--accept-resend",
            description =
                    "Take up a partition again whose ledger cannot be read, or whose offset was"
                            + " lost or has no record: calls whose results exist may be paid twice. Default: it"
                            + " stops until somebody decides.")
    private boolean accepted;

    ResendChoice() {}

    boolean accepted() {
        return accepted;
    }
}
