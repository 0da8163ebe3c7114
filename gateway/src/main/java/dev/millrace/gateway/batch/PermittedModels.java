package dev.millrace.gateway.batch;

import dev.millrace.contracts.job.ParseResult;
import dev.millrace.gateway.http.ApiError;
import dev.millrace.gateway.http.Caller;
import dev.millrace.gateway.http.ErrorKind;
import dev.millrace.producer.BatchLine;
import dev.millrace.producer.ParsedLine;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** The models that a caller may name in the lines of a batch. Used by one thread. */
public final class PermittedModels {
    /** A name that no list of models has. */
    private static final String UNKNOWN = "\u0000";

    private final Caller caller;
    private final boolean isAny;
    private final Set<String> permitted = new HashSet<>();

    public PermittedModels(Caller caller) {
        this.caller = caller;
        isAny = caller.limits().permits(UNKNOWN);
    }

    /** Returns true if the caller may name any model. */
    boolean isAny() {
        return isAny;
    }

    /**
     * Checks the models of a line. An unreadable line names no model.
     *
     * @param where names the line in the message
     * @throws ApiError if the caller may not name a model of the line
     */
    public void require(BatchLine line, String where) {
        if (!isAny) {
            models(line).forEach(it -> require(it, where));
        }
    }

    private static List<String> models(BatchLine line) {
        if (line.isOversize()
                || !(ParsedLine.of(line).parsed() instanceof ParseResult.Accepted(var request))) {
            return List.of();
        }
        var models = new ArrayList<String>();
        models.add(request.model());
        List<String> fallback = request.options().fallback();
        if (fallback != null) {
            models.addAll(fallback);
        }
        return models;
    }

    private void require(String model, String where) {
        if (permitted.contains(model)) {
            return;
        }
        if (!caller.limits().permits(model)) {
            throw ApiError.of(
                    ErrorKind.FORBIDDEN,
                    "model_not_allowed",
                    "%s: the key \"%s\" does not permit the model \"%s\""
                            .formatted(where, caller.name(), model));
        }
        permitted.add(model);
    }
}
