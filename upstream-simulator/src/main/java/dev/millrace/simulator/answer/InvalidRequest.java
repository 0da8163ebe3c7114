package dev.millrace.simulator.answer;

import org.jspecify.annotations.Nullable;

/**
 * A body that is answered with status 400.
 *
 * @param message for people
 * @param param the field it is about; null when it is the whole body
 * @param model the model that was asked for, empty when that could not be read
 */
public record InvalidRequest(String message, @Nullable String param, String model)
        implements Answering {}
