/** One Dropwizard registry per process, exported through JMX under the domain {@code ashlar}. */
@NullMarked
package io.ashlar.common.metrics;

import org.jspecify.annotations.NullMarked;
