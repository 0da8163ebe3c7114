/**
 * The interface through which every service of the pipeline is started, probed and stopped, the
 * thread that a service stops, the rule by which every HTTP server answers requests without a key,
 * and what a tenant may take of a server.
 */
@NullMarked
package dev.millrace.contracts.service;

import org.jspecify.annotations.NullMarked;
