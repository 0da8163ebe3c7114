@NullMarked
package dev.millrace.standalone.run.results;

import org.jspecify.annotations.NullMarked;
