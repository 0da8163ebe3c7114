@NullMarked
package dev.millrace.standalone.cli.cluster;

import org.jspecify.annotations.NullMarked;
