package dev.millrace.configuration;

import static dev.millrace.yaml.problem.Violation.require;

/**
 * The certificate of an HTTP server.
 *
 * @param certificate path of a PEM file with the certificate and its chain
 * @param key path of a PEM file with the private key
 */
public record ServerTlsConfig(String certificate, String key) {
    public ServerTlsConfig {
        require(!certificate.isBlank(), "certificate", "must be the path of a PEM file");
        require(!key.isBlank(), "key", "must be the path of a PEM file");
    }
}
