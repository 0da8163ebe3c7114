/**
 * What people read about prices: how old they are, how they differ from a price list, and models as
 * entries of a configuration.
 *
 * <p>Pure functions. Depends on {@code contracts}.
 */
@NullMarked
package dev.millrace.standalone.catalog;

import org.jspecify.annotations.NullMarked;
