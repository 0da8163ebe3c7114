package dev.millrace.gateway.answer;

import dev.millrace.contracts.catalog.Model;
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
 */
public record ModelsInService(List<Model> models) {
    public ModelsInService {
        models = List.copyOf(models);
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
                                                "there is no model with this name in service;"
                                                        + " GET /v1/models lists them")
                                        .param("model"));
    }
}
