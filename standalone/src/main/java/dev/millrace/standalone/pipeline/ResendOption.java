package dev.millrace.standalone.pipeline;

import picocli.CommandLine.Option;

/** The {@code --accept-resend} option: resumes partitions whose progress is unknown. */
public final class ResendOption {
    @Option(
            names = "--accept-resend",
            description =
                    "Resume a partition whose ledger cannot be read, or whose offset was lost or"
                            + " has no record. Calls whose results exist may be paid for twice."
                            + " Default: a worker stops the partition, a router stops.")
    private boolean accepted;

    /** Returns true if the user accepts that calls can be paid for twice. */
    public boolean isAccepted() {
        return accepted;
    }
}
