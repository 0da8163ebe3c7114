package dev.millrace.standalone.option;

import dev.millrace.contracts.header.SubmissionHeaders;
import dev.millrace.contracts.job.Buy;
import dev.millrace.standalone.console.UserError;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The option of commands that publish batches: how their calls are bought. */
public final class BuyOption {
    @Option(
            names = "--buy",
            paramLabel = "WAY",
            description =
                    "How calls are bought whose line does not say: standard, or lowest for the"
                            + " lowest price that is still on time for the deadline.")
    private @Nullable String buy;

    /**
     * Returns the options of jobs whose line does not set them.
     *
     * @throws UserError if the way is unknown
     */
    public SubmissionHeaders.Defaults defaults() {
        if (buy == null) {
            return SubmissionHeaders.Defaults.NONE;
        }
        return Buy.of(buy.toLowerCase(Locale.ROOT))
                .map(SubmissionHeaders.Defaults::new)
                .orElseThrow(
                        () -> UserError.usage("--buy must be " + Buy.FORM + ", was " + buy));
    }
}
