/**
 * The list of features that services and forecasts get as an argument. Depends on their modules.
 */
@NullMarked
package dev.millrace.standalone.feature;

import org.jspecify.annotations.NullMarked;
