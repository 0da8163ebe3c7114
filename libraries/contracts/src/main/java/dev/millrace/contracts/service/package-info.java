/**
 * Shared parts of all services of the pipeline: the interface to start, probe and stop a service,
 * and the thread that a service stops.
 */
@NullMarked
package dev.millrace.contracts.service;

import org.jspecify.annotations.NullMarked;
