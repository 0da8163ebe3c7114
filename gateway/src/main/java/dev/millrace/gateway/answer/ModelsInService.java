package dev.millrace.gateway.answer;

import dev.millrace.contracts.catalog.Model;
import dev.millrace.contracts.catalog.ModelNames;
import dev.millrace.contracts.job.RequestLine;
import dev.millrace.gateway.http.ApiError;
import dev.millrace.gateway.http.ErrorKind;
import dev.millrace.gateway.http.Exchange;
import java.util.List;
import java.util.Optional;

/**
 * The models that requests may name.
 *
 * @param models in the order of the catalog
 * @param names explains why a name refers to none of them
 */
public record ModelsInService(List<Model> models, ModelNames names) {
    public ModelsInService {
        models = List.copyOf(models);
    }

    /** Creates the models that are in service by their names. */
    public ModelsInService(ModelNames names) {
        this(names.models(), names);
    }

    /** Returns the model with a name or alias. */
    Optional<Model> withName(String name) {
        return models.stream().filter(it -> hasName(it, name)).findFirst();
    }

    private static boolean hasName(Model model, String name) {
        return model.name().equals(name) || model.aliases().contains(name);
    }

    /** Returns the models that a caller may name. */
    List<Model> permitted(Exchange exchange) {
        return models.stream().filter(it -> exchange.caller().limits().permits(it.name())).toList();
    }

    /**
     * Returns the models that a name can refer to.
     *
     * @param name name or alias; {@code auto} refers to every model
     */
    List<Model> named(String name) {
        return models.stream().filter(it -> isNamed(it, name)).toList();
    }

    private static boolean isNamed(Model model, String name) {
        return name.equals(RequestLine.AUTO) || hasName(model, name);
    }

    /**
     * Returns a model that the caller may name.
     *
     * @param name name or alias; {@code auto} selects the first model
     * @throws ApiError if there is none
     */
    Model find(Exchange exchange, String name) {
        return permitted(exchange).stream()
                .filter(it -> isNamed(it, name))
                .findFirst()
                .orElseThrow(
                        () ->
                                ApiError.of(
                                                ErrorKind.NOT_FOUND,
                                                "model_not_found",
                                                names.problem(name)
                                                                .orElse(
                                                                        "the key permits no model with this name")
                                                        + "; GET /v1/models lists the models")
                                        .param("model"));
    }
}
