package dev.millrace.configuration;

import static dev.millrace.yaml.problem.Violation.require;

import java.util.List;

/**
 * The {@code catalog} section: sources of models and prices in addition to the shipped catalog and
 * the section {@code models}.
 *
 * @param files paths of catalogs or third-party price lists, relative to the current folder. Later
 *     files replace models of earlier files
 */
public record CatalogConfig(List<String> files) {
    /** No files. */
    public static final CatalogConfig DEFAULT = new CatalogConfig(List.of());

    public CatalogConfig {
        require(
                files.stream().noneMatch(String::isBlank),
                "files",
                "must be paths of catalogs or price lists");
        files = List.copyOf(files);
    }
}
