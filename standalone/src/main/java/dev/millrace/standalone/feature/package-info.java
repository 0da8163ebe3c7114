/** The list of features that services and forecasts get as an argument. Constants only. */
@NullMarked
package dev.millrace.standalone.feature;

import org.jspecify.annotations.NullMarked;
