@NullMarked
package dev.millrace.standalone.forecast;

import org.jspecify.annotations.NullMarked;
