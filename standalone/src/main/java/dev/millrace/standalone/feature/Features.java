package dev.millrace.standalone.feature;

import dev.millrace.configuration.MillraceConfig;
import dev.millrace.router.cache.store.EntryView;
import dev.millrace.router.cache.store.StoredQuestion;
import dev.millrace.router.semantic.QuestionInfo;
import dev.millrace.standalone.console.UserError;
import dev.millrace.standalone.trace.Tracing;
import dev.millrace.standalone.trace.otlp.TracedCalls;
import dev.millrace.translation.WireTranslation;
import dev.millrace.wire.translate.Translation;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.InstantSource;
import java.util.List;
import java.util.function.Supplier;

/**
 * Lists the features that router, worker, forecasts and commands get as an argument. Without its
 * line here, a feature's folder can be deleted.
 */
public final class Features {
    /** How jobs reach models of other urls. */
    public static final List<Translation> TRANSLATIONS = List.of(WireTranslation.values());

    /** How traces start. */
    public static final List<Tracing.Start> TRACES = List.of(TracedCalls::start);

    /** How stored questions are read that stand beside cached answers. */
    public static final List<Supplier<EntryView<? extends StoredQuestion>>> QUESTIONS =
            List.of(QuestionInfo::view);

    private Features() {}

    /**
     * Starts the traces of a process, if its configuration has a receiver.
     *
     * @throws UserError if this installation has no traces
     */
    public static Tracing tracing(
            MillraceConfig config, MeterRegistry meters, InstantSource clock) {
        if (config.tracing().endpoint().isEmpty()) {
            return Tracing.OFF;
        }
        return TRACES.stream()
                .findFirst()
                .orElseThrow(
                        () ->
                                UserError.usage(
                                        "tracing.endpoint needs the feature \"traces\", which this"
                                                + " installation does not have"))
                .start(config, meters, clock);
    }
}
