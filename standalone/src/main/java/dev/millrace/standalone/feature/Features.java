package dev.millrace.standalone.feature;

import dev.millrace.configuration.MillraceConfig;
import dev.millrace.contracts.trace.Traces;
import dev.millrace.router.cache.store.EntryView;
import dev.millrace.router.cache.store.StoredQuestion;
import dev.millrace.router.semantic.QuestionInfo;
import dev.millrace.traces.OtlpTraces;
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

    /** Starts traces for a configuration with a receiver. */
    public static final List<TraceStart> TRACES = List.of(OtlpTraces::start);

    /** How stored questions are read that stand beside cached answers. */
    public static final List<Supplier<EntryView<? extends StoredQuestion>>> QUESTIONS =
            List.of(QuestionInfo::view);

    /** Starts traces. */
    @FunctionalInterface
    public interface TraceStart {
        Traces start(MillraceConfig config, MeterRegistry meters, InstantSource clock);
    }

    private Features() {}
}
