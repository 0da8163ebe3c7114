/**
 * Why jobs wait: one vocabulary for all services, metrics, commands and clients. Pure values.
 * Depends on {@code job} and {@code json}.
 */
@NullMarked
package dev.millrace.contracts.waiting;

import org.jspecify.annotations.NullMarked;
