/**
 * The models that jobs can name, with their providers, prices, capabilities, limits and fallback
 * chains.
 *
 * <p>Values only, safe on any thread. The shipped catalog is the resource {@code catalog.yaml}; a
 * user's file overlays it model by model. Depends on {@code job}, {@code money} and the module
 * {@code yaml}.
 */
@NullMarked
package dev.millrace.contracts.catalog;

import org.jspecify.annotations.NullMarked;
