/**
 * Shared parts of all services of the pipeline: the interface to start, probe and stop a service,
 * the thread that a service stops, the rule by which every HTTP server answers requests without a
 * key, and a tenant's share of a server.
 */
@NullMarked
package dev.millrace.contracts.service;

import org.jspecify.annotations.NullMarked;
