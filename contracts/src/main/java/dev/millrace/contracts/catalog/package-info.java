/**
 * The models that jobs can name: who provides them, what they cost, what they can do, how hard they
 * may be called, and what to fall back to.
 *
 * <p>Values only, safe on any thread. The shipped catalog is the resource {@code catalog.yaml}; a
 * user's file overlays it model by model. Depends on {@code money} and on the reading of YAML.
 */
@NullMarked
package dev.millrace.contracts.catalog;

import org.jspecify.annotations.NullMarked;
